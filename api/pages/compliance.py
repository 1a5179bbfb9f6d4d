"""Was kept what was agreed? Clocks by how they came out, where the time of the breached ones went, and who had most of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, cached_property
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response
from markupsafe import Markup, escape

from api.pages.asked import Month, Word
from api.pages.documents.tabular import csv
from api.pages.paper import PageRoute, page
from api.pages.pictures.charts import Column, Part, bar, line, patterns, stacked, swatch
from api.pages.texts import say
from api.pages.visit import Visit, visit
from projections.boards.eras import era
from projections.boards.kept import VERDICTS, Among, Choices, Kept, Line
from projections.boards.spent import KINDS

router = APIRouter(prefix="/compliance", route_class=PageRoute, include_in_schema=False)

Part_ = Literal["agreement", "plan", "severity", "clock", "month", "customer"]
PARTS: tuple[Part_, ...] = ("agreement", "plan", "severity", "clock", "month", "customer")
USUALLY: tuple[Part_, ...] = ("agreement", "plan", "severity", "clock")

MONTHS = 12
"""So many are shown where none are chosen."""

ROWS, MOST_ROWS = 16, 100
"""So many rows are shown at first, and where more are asked for."""

MOST_CUSTOMERS = 10
MOST_IN_CSV = 100_000

Readers = Annotated[Visit, visit("reports:read")]


async def asked(
    agreement: Word = None,
    plan: Word = None,
    severity: Annotated[str | None, Query(pattern="^[0-9]{0,2}$")] = None,
    clock: Word = None,
    customer: Word = None,
    since: Month = "",
    until: Month = "",
) -> Among:
    """What the address says; an empty choice is none."""
    return Among(
        customer=customer or None,
        agreement=agreement or None,
        plan=plan or None,
        severity=int(severity) if severity else None,
        clock=clock or None,
        since=since or None,
        until=until or None,
    )


@router.get("")
def compliance(
    visit: Readers,
    asked: Annotated[Among, Depends(asked)],
    by: Annotated[list[Part_] | None, Query(max_length=6)] = None,
    more: bool = False,
) -> Response:
    """The rows with most breaches first, with `more` a hundred of them."""
    kept = Kept(visit.view, era(visit.view))
    choices = kept.choices()
    among = _among(choices, asked)
    chosen = tuple(part for part in PARTS if part in (by or USUALLY) and (part != "customer" or not visit.is_customers))
    behind, most = Behind(among, visit), MOST_ROWS if more else ROWS
    told = kept.together(among, ("month",), ("agreement", "clock"), *([] if "customer" in chosen else [chosen]))
    months = told["month",]
    lines = told.get(chosen) or kept.lines(
        among, *chosen, order="breached DESC, " + ", ".join(chosen), limit=MOST_ROWS + 1
    )
    lines = sorted(lines, key=lambda one: -one.breached)[: most + 1]
    causes = [Cause(visit, one) for one in told["agreement", "clock"] if one.breached]
    return page(
        visit,
        "compliance",
        among=among,
        only={name: value for name, value in asdict(among).items() if value and name not in ("since", "until")},
        choices=choices,
        months=sorted({*choices.month, *filter(None, (among.since, among.until))}),
        chosen=chosen,
        parts=PARTS,
        behind=behind,
        figures=Figures(visit, behind),
        total=total(months),
        lines=lines[:most],
        is_cut=len(lines) > most,
        may_be_more=not more,
        trend=Trend(visit, behind, _without_gaps(months)),
        causes=causes,
        spent_on=[kind for kind in KINDS if any(one.share(kind) for one in causes)],
        most_customers=MOST_CUSTOMERS,
        customers=() if visit.is_customers else _worst(kept, among),
        milestones=kept.milestones(among),
        answers=kept.answers(among),
        verdicts=VERDICTS,
        kinds=KINDS,
        patterns=patterns((*VERDICTS, *KINDS)),
        swatch=swatch,
    )


@router.get(".csv")
def compliance_csv(
    visit: Readers,
    asked: Annotated[Among, Depends(asked)],
) -> Response:
    """Every figure of the page at its finest, to be added up elsewhere."""
    kept = Kept(visit.view)
    among = _among(kept.choices(), asked)
    lines = kept.lines(among, *PARTS, limit=MOST_IN_CSV, spent=True)
    header = [*PARTS, *VERDICTS, "kept", *(f"{kind}_seconds_until_breach" for kind in KINDS)]
    return csv("compliance", header, map(_row, lines))


def total(lines: Sequence[Line]) -> Line | None:
    """All of them together, where there are any."""
    figures: dict[str, int] = {verdict: sum(getattr(one, verdict) for one in lines) for verdict in VERDICTS}
    return Line({}, seconds={}, **figures) if lines else None


def _row(one: Line) -> list[object]:
    share = "" if one.kept is None else f"{one.kept:.4f}"
    return [*one.by.values(), *(getattr(one, verdict) for verdict in VERDICTS), share, *one.seconds.values()]


def _among(choices: Choices, asked: Among) -> Among:
    """Of the last months in which there was anything, where none are named."""
    last = asked.until or (choices.month[-1] if choices.month else None)
    first = asked.since or (_before(last, MONTHS - 1) if last else None)
    return replace(asked, since=first, until=last)


def _before(month: str, months: int) -> str:
    count = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _worst(kept: Kept, among: Among) -> list[Line]:
    lines = kept.lines(among, "customer", order="breached DESC, customer", limit=MOST_CUSTOMERS)
    return [one for one in lines if one.breached]


def _without_gaps(lines: Sequence[Line]) -> list[Line]:
    """By month, those in which nothing started too."""
    if not lines:
        return []
    there = {one.by["month"]: one for one in lines}
    month, last = min(there), max(there)
    months = [month]
    while month < last:
        months.append(month := _before(month, -1))
    return [there.get(one, Line({"month": one}, 0, 0, 0, 0, {})) for one in months]


# --- what is behind a figure ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Behind:
    """The address of the tickets behind a figure."""

    among: Among
    visit: Visit
    _known: dict[object, str] = field(default_factory=dict)

    @cached_property
    def _always(self) -> dict[str, object]:
        """What the addresses of one page have in common."""
        told = {name: value for name, value in asdict(self.among).items() if name not in ("since", "until")}
        told |= {"month": self.among.since, "month_to": self.among.until}
        return told | ({"as_of": self.visit.as_of.isoformat()} if self.visit.as_of else {})

    def __call__(self, by: Mapping[str, object] | None = None, verdict: str | None = None) -> str:
        line = tuple((by or {}).items())
        address = self._known.get(line)
        if address is None:
            told = {**self._always, **(by or {})} | ({"month_to": None} if by and "month" in by else {})
            query = urlencode({name: value for name, value in told.items() if value not in (None, "")})
            address = self._known[line] = f"/tickets?{query}"
        return f"{address}&verdict={verdict}" if verdict else address


@dataclass(frozen=True)
class Figures:
    """The cells of a table that tell of a line how many came out how, each with the way to what it counts.

    They are most of what stands on the page, so they are written here and not by the template.
    """

    visit: Visit
    behind: Behind

    def __call__(self, line: Line, verdicts: Sequence[str] = VERDICTS) -> Markup:
        return Markup("".join([self._cell(line, verdict, getattr(line, verdict)) for verdict in verdicts]))

    def _cell(self, line: Line, verdict: str, count: int) -> str:
        says = _verdict(verdict)
        if not count:
            return f'<td class="figure" data-label="{says}">0</td>'
        shown = escape(self.visit.show.number(count))
        told = escape(say("compliance.tickets_behind", count=shown, verdict=says))
        to = escape(self.behind(line.by, verdict))
        return f'<td class="figure" data-label="{says}"><a href="{to}" aria-label="{told}">{shown}</a></td>'


@cache
def _verdict(verdict: str) -> Markup:
    return escape(say(f"compliance.{verdict}"))


# --- pictures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trend:
    """The months as two charts, one of shares and one of counts, and the rows of the table beside them."""

    visit: Visit
    behind: Behind
    lines: Sequence[Line]

    @property
    def kept(self) -> Markup:
        show = self.visit.show
        return line(
            self._columns, say("compliance.trend.kept"), [(part, show.percent(part, 0)) for part in (0, 0.5, 1)]
        )

    @property
    def counts(self) -> Markup:
        scale = [
            (step, self.visit.show.number(step)) for step in steps(max((one.clocks for one in self.lines), default=0))
        ]
        return stacked(self._columns, say("compliance.trend.counts"), scale)

    @cached_property
    def _columns(self) -> list[Column]:
        return [self._column(one) for one in self.lines]

    def _column(self, one: Line) -> Column:
        show, month = self.visit.show, str(one.by["month"])
        parts = [
            Part(
                kind=verdict,
                amount=getattr(one, verdict),
                says=say(
                    "compliance.trend.part",
                    month=show.month(month),
                    count=show.number(getattr(one, verdict)),
                    verdict=say(f"compliance.{verdict}"),
                ),
                to=self.behind(one.by, verdict),
            )
            for verdict in VERDICTS
        ]
        told = say("compliance.trend.point", month=show.month(month), kept=show.percent(one.kept))
        return Column(show.short_month(month), parts, one.kept, told)


@dataclass(frozen=True)
class Cause:
    """A clock that was breached, and where its time went until then."""

    visit: Visit
    line: Line

    @property
    def elapsed(self) -> int:
        """On average."""
        return self.line.elapsed // self.line.breached

    def share(self, kind: str) -> float:
        return self.line.seconds[kind] / self.line.elapsed if self.line.elapsed else 0.0

    @property
    def bar(self) -> Markup:
        parts = [Part(kind, self.share(kind), self._says(kind), "") for kind in KINDS]
        return bar(parts, ", ".join(part.says for part in parts if part.amount))

    def _says(self, kind: str) -> str:
        shown = self.visit.show.percent(self.share(kind), 0)
        return say("compliance.causes.part", share=shown, kind=say(f"compliance.causes.{kind}"))


def steps(greatest: int) -> list[int]:
    """A few round numbers from nothing up to what holds the greatest."""
    for size in _round_numbers():
        if size * 4 >= greatest:
            return [size * times for times in range(-(-greatest // size) + 1)] if greatest else [0, size]
    raise AssertionError("unreachable")


def _round_numbers() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
