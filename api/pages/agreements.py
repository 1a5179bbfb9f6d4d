"""The agreements: their terms in words with the clauses behind them, their calendars as years, what changed between versions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Query, Response
from markupsafe import Markup, escape

from api.pages.asked import CalendarYear, Word, Words
from api.pages.paper import PageRoute, page
from api.pages.pictures.year import Year, year_of
from api.pages.texts import say
from api.pages.visit import Visit, visit
from api.problems import NotFound
from domain.contract.misfits import reading_misfits
from domain.instants import micros
from domain.refusals import DoesNotFit
from domain.terms.agreement import Agreement, CalendarTerm
from domain.terms.publication import AgreementPublished, in_force
from domain.terms.readings import read_options
from domain.terms.rows import Scope
from domain.terms.selection import Selector
from domain.terms.words.hours import week_words
from domain.terms.words.lines import Line
from domain.terms.words.whole import told

router = APIRouter(prefix="/agreements", route_class=PageRoute, include_in_schema=False)

Readers = Annotated[Visit, visit("agreements:read")]


MOST_WORDED = 64


class Listed(NamedTuple):
    """An agreement in the list: the version in force, and how many are published."""

    version: AgreementPublished
    agreement: Agreement
    versions: int


@router.get("")
def agreements(visit: Readers) -> Response:
    listed = [_listed(visit, name) for name in visit.office.agreements()]
    return page(visit, "agreements", agreements=[one for one in listed if one])


def _listed(visit: Visit, name: str) -> Listed | None:
    versions = _published(visit, name)
    if not versions:
        return None
    version = in_force(versions, micros(visit.at))
    return Listed(version, visit.office.terms(version).agreement, len(versions))


@router.get("/{agreement}")
def agreement(
    visit: Readers,
    agreement: str,
    plan: Word = None,
    region: Word = None,
    version: Word = None,
    reading: Words = None,
) -> Response:
    """The terms in words, of all plans and regions or of one, with the readings open or chosen."""
    chosen = _chosen(visit, agreement, version)
    selector = visit.office.terms(chosen)
    terms = selector.agreement
    _known("plan", plan, terms.plans)
    _known("region", region, terms.regions)
    readings = _readings(filter(None, reading or ()), terms)
    return page(
        visit,
        "agreement",
        version=chosen,
        versions=_published(visit, agreement),
        terms=terms,
        plan=plan,
        region=region,
        readings=readings,
        sections=_in_words(selector, plan or None, region or None, tuple(sorted(readings.items()))),
        anchor=anchor,
        chosen=lambda name, option: [f"{one}={said}" for one, said in {**readings, name: option}.items()],
    )


# --- calendars ------------------------------------------------------------------------------------------------------------


class Shown(NamedTuple):
    """A calendar that an agreement names, as it holds for a region."""

    name: str
    region: str

    @property
    def key(self) -> str:
        return f"{self.name}@{self.region}" if self.region else self.name


@router.get("/{agreement}/calendars")
def calendars(
    visit: Readers,
    agreement: str,
    version: Word = None,
    calendar: Word = None,
    plan: Word = None,
    year: CalendarYear = None,
) -> Response:
    """A calendar of the agreement, drawn as a year."""
    chosen = _chosen(visit, agreement, version)
    selector = visit.office.terms(chosen)
    terms = selector.agreement
    _known("plan", plan, terms.plans)
    offered = _offered(terms.calendars)
    picked = next((one for one in offered if one.key == calendar), None) if calendar else offered[0]
    if picked is None:
        raise NotFound(f"{agreement} has no calendar {calendar}")
    scope = Scope(plan=plan or next(iter(terms.plans)), region=picked.region, readings=terms.default_readings)
    drawn, zone = _drawn(selector, picked, scope, year, visit)
    return page(
        visit,
        "calendars",
        version=chosen,
        terms=terms,
        offered=offered,
        picked=picked,
        plan=scope.plan,
        year=drawn,
        zone=zone,
        anchor=anchor,
        weeks=[
            (term, week_words(term.week))
            for term in terms.calendars
            if term.name == picked.name and term.applies(scope)
        ],
    )


def _drawn(selector: Selector, picked: Shown, scope: Scope, year: int | None, visit: Visit) -> tuple[Year | None, str]:
    """The year asked for, else the present one; None where the calendar does not hold for this plan."""
    if not any(term.name == picked.name and term.applies(scope) for term in selector.agreement.calendars):
        return None, ""
    calendar = selector.calendar(picked.name, scope)
    today = visit.at.astimezone(calendar.zone).date()
    named = selector.named_days(picked.name, scope)
    return year_of(calendar, named, year or today.year, today, visit.show.day), calendar.zone.key


def _offered(terms: Iterable[CalendarTerm]) -> list[Shown]:
    """Each calendar once, and once for each region where they differ by region."""
    return list(dict.fromkeys(Shown(term.name, region) for term in terms for region in term.region or ("",)))


# --- versions -------------------------------------------------------------------------------------------------------------


class Change(NamedTuple):
    """A term that is not what it was: one of the two is None where it came or went. Both are told as marked text."""

    kind: Literal["added", "removed", "changed"]
    where: str
    before: Markup | None
    after: Markup | None


@router.get("/{agreement}/versions")
def versions(
    visit: Readers,
    agreement: str,
    before: Annotated[Word, Query(alias="from")] = None,
    after: Annotated[Word, Query(alias="to")] = None,
) -> Response:
    """The versions published, and what changed from one to another."""
    published = _published(visit, agreement)
    if not published:
        raise NotFound(f"there is no agreement {agreement}")
    by_day = sorted(published, key=lambda one: one.valid_from)
    new = _version(by_day, after) if after else by_day[-1]
    older = [one for one in by_day if one.valid_from < new.valid_from]
    old = _version(by_day, before) if before else (older[-1] if older else new)
    return page(
        visit,
        "versions",
        version=in_force(published, micros(visit.at)),
        terms=visit.office.terms(new).agreement,
        published=by_day,
        old=old,
        new=new,
        changes=changes(visit.office.terms(old).agreement, visit.office.terms(new).agreement),
    )


def changes(before: Agreement, after: Agreement) -> list[Change]:
    """What one version says and the other does not, term by term, in the order of the later one."""
    old, new = _by_place(before), _by_place(after)
    places = list(dict.fromkeys((*new, *old)))
    return [change for place in places for change in _between(place, old.get(place, []), new.get(place, []))]


def _by_place(agreement: Agreement) -> dict[str, list[str]]:
    """What is said at each place: of a section, of a clock in it, under a label of that."""
    said: dict[str, list[str]] = {}
    section = name = label = ""
    for line in told(agreement):
        match line.kind:
            case "title":
                section, name, label = line.says, "", ""
            case "name":
                name, label = line.label, ""
                said.setdefault(f"{section} · {name}", []).append(line.says)
            case "labelled":
                label = line.label or label
                said.setdefault(" · ".join(filter(None, (section, name, label))), []).append(line.says)
            case "question" | "entry":
                name = line.label
                said.setdefault(f"{section} · {name}", []).append(line.says)
            case "option":
                said.setdefault(f"{section} · {name} · {line.label}", []).append(line.says)
            case "text" if not section:
                if line.says and not line.says.startswith(f"{agreement.id}, version"):
                    said.setdefault(say("agreements.head"), []).append(line.says)
            case "item":
                said.setdefault(section, []).append(line.says)
            case "text" | "remark":
                pass
    return said


def _between(place: str, old: list[str], new: list[str]) -> Iterable[Change]:
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone, come = old[first:last], new[start:end]
        for one in list(gone):
            alike = max(come, key=lambda other: _likeness(one, other), default=None)
            if alike is not None and _likeness(one, alike) > _ALIKE:
                gone.remove(one)
                come.remove(alike)
                yield Change("changed", place, *_marked(one, alike))
        yield from (Change("removed", place, _cited(one), None) for one in gone)
        yield from (Change("added", place, None, _cited(one)) for one in come)


_ALIKE = 0.6
"""From here on two sentences are taken for one that was changed."""


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _marked(before: str, after: str) -> tuple[Markup, Markup]:
    """Both sentences, with the words that differ marked."""
    old, new = before.split(), after.split()
    left, right = [], []
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = " ".join(old[first:last]), " ".join(new[start:end])
        if kind == "equal":
            left.append(escape(gone))
            right.append(escape(come))
        else:
            left += [Markup("<del>{}</del>").format(gone)] if gone else []
            right += [Markup("<ins>{}</ins>").format(come)] if come else []
    return Markup(" ").join(left), Markup(" ").join(right)


# --- the terms as a page --------------------------------------------------------------------------------------------------


NOTHING = Markup()


@dataclass
class Part:
    """Something said in a section, and what is said below it by label."""

    kind: str
    says: Markup = NOTHING
    label: str = ""
    below: list[tuple[str, list[Markup]]] = field(default_factory=list)
    remark: Markup = NOTHING


@dataclass
class Section:
    title: str
    parts: list[Part] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z]+", "-", self.title.lower())


def sections(lines: Iterable[Line], terms: Agreement) -> list[Section]:
    """The words of an agreement by section; what stands before the first is for the head of the page."""
    found: list[Section] = []
    for line in lines:
        if line.kind == "title":
            found.append(Section(line.says))
        elif found and line.kind != "text":
            _add(found[-1].parts, line, terms)
    return found


@lru_cache(maxsize=MOST_WORDED)
def _in_words(
    selector: Selector, plan: str | None, region: str | None, readings: tuple[tuple[str, str], ...]
) -> Sequence[Section]:
    """What is published stays as it is, so that it is put into words once; of the ways to look at it, the last ones are kept."""
    terms = selector.agreement
    return sections(told(terms, plan=plan, region=region, readings=dict(readings) or None), terms)


def _add(parts: list[Part], line: Line, terms: Agreement) -> None:
    says = _cited(line.says, terms)
    match line.kind:
        case "labelled":
            if not parts or parts[-1].kind not in ("name", "pairs"):
                parts.append(Part("pairs"))
            if line.label or not parts[-1].below:
                parts[-1].below.append((line.label, []))
            parts[-1].below[-1][1].append(says)
        case "option":
            parts[-1].below.append((line.label, [says]))
        case "remark":
            parts[-1].remark = says
        case _:
            parts.append(Part(line.kind, says, line.label))


_CITED = re.compile(r"\[([a-z0-9-]+:[a-z0-9.-]+)\]|\b([a-z0-9-]+:[a-z0-9.-]+/[a-z0-9-]+)")


def _cited(text: str, terms: Agreement | None = None) -> Markup:
    """A sentence in which clauses, readings and assumptions lead to where they are told."""

    def linked(found: re.Match[str]) -> str:
        clause, reading = found.groups()
        kind, told = ("cited", clause) if clause else ("named", reading)
        if terms and (clause in terms.clauses or reading):
            return f'<a class="{kind}" href="#{anchor(told)}">{escape(told)}</a>'
        return f'<span class="{kind}">{escape(told)}</span>'

    parts, end = [], 0
    for found in _CITED.finditer(text):
        parts += [escape(text[end : found.start()]), Markup(linked(found))]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def anchor(id: str) -> str:
    """Where a clause, reading or assumption is told on the page."""
    return re.sub(r"[^a-z0-9-]+", "_", id)


# --- what is asked for ----------------------------------------------------------------------------------------------------


def _published(visit: Visit, agreement: str) -> tuple[AgreementPublished, ...]:
    """The versions that were published by the instant of the page. Raises NotFound where this agreement is not there."""
    return tuple(one for one in visit.office.versions(agreement) if visit.as_of is None or one.effective_at <= visit.at)


def _chosen(visit: Visit, agreement: str, version: str | None) -> AgreementPublished:
    published = _published(visit, agreement)
    if not published:
        raise NotFound(f"there was no agreement {agreement} then")
    return _version(published, version) if version else in_force(published, micros(visit.at))


def _version(published: Iterable[AgreementPublished], version: str) -> AgreementPublished:
    found = next((one for one in published if one.version == version), None)
    if found is None:
        raise NotFound(f"there is no version {version}")
    return found


def _known(what: str, name: str | None, names: Mapping[str, object]) -> None:
    if name and name not in names:
        raise NotFound(f"this agreement has no {what} {name}")


def _readings(asked: Iterable[str], terms: Agreement) -> dict[str, str]:
    """`ID=OPTION` each. Raises DoesNotFit where the agreement knows no such reading or option."""
    readings = read_options(asked)
    for misfit in reading_misfits(readings, terms, "reading"):
        raise DoesNotFit(misfit)
    return readings
