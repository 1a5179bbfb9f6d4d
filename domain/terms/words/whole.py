"""An agreement in words that can be held against its text: every term with its clause, every reading, every assumption."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel

from domain.terms.agreement import Agreement
from domain.terms.checking.places import Place, places
from domain.terms.conduct import AlertCode, Duty, Ground, Guide, Rule
from domain.terms.entitlement import Entitlement
from domain.terms.library import published_holidays
from domain.terms.phrases import listing, plural, severities
from domain.terms.rows import Row
from domain.terms.words.clocks import clock_words, event_words
from domain.terms.words.hours import calendar_words
from domain.terms.words.lines import WIDTH, Line, labelled, laid_out
from domain.terms.words.view import AnyRow, Shown, View, grounds

_FITTED = "FITTED: these terms were fitted to a log and are nobody's contract."
_KEY = """The clause behind a term is the one it rests on; (assumed) marks what the text does not give. Of several hours,
targets and limits the first that applies holds. A reading is named where it decides."""


def in_words(
    agreement: Agreement,
    *,
    plan: str | None = None,
    region: str | None = None,
    readings: Mapping[str, str] | None = None,
) -> str:
    """The agreement as a page of text; of one plan or region where that is given, and as read where readings are."""
    lines = told(agreement, plan=plan, region=region, readings=readings)
    return "\n".join(row for line in lines for row in laid_out(line)) + "\n"


def told(
    agreement: Agreement,
    *,
    plan: str | None = None,
    region: str | None = None,
    readings: Mapping[str, str] | None = None,
) -> Iterator[Line]:
    """The same, line by line, for whoever lays it out otherwise."""
    terms = list(places(agreement, agreement.model_dump(mode="json", by_alias=True)))
    rows = [place.term for place in terms if isinstance(place.term, Row)]
    view = View.on(agreement, rows, plan, region, readings)
    yield from _head(agreement, plan, region)
    parts: Iterable[Iterable[Line]] = (
        _names(view),
        _hours(view),
        _section("Clocks", [line for clock in agreement.clocks for line in clock_words(clock, view)]),
        _conduct(view),
        _cover(view),
        _readings(agreement, readings, terms),
        _assumptions(agreement, terms),
        _section("Clauses", (Line("entry", says, clause) for clause, says in agreement.clauses.items())),
    )
    for part in parts:
        yield from part


def summary(agreement: Agreement) -> str:
    """Two lines for a list of agreements."""
    counted = f"{_counted('plan', agreement.plans)}, {_counted('severity', agreement.severities)}"
    clocks = listing(clock.name for clock in agreement.clocks)
    fitted = "; fitted to a log" if agreement.fitted else ""
    first = f"{agreement.id}  {agreement.title}, {agreement.version}"
    return f"{_cut(first)}\n{_cut(f'  {counted}; clocks {clocks}{fitted}')}"


def _counted(what: str, names: Collection[str]) -> str:
    return f"{len(names)} {what if len(names) == 1 else plural(what)}"


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _section(title: str, lines: Iterable[Line]) -> Iterator[Line]:
    """A title and what stands below it; nothing where nothing does."""
    below = list(lines)
    if below:
        yield from (Line("title", title), *below)


def _head(agreement: Agreement, plan: str | None, region: str | None) -> Iterator[Line]:
    says = [
        agreement.title,
        f"{agreement.id}, version {agreement.version}, valid from {agreement.valid_from}",
        f"Source: {agreement.source}",
        *([agreement.about] if agreement.about else []),
        *([_FITTED] if agreement.fitted else []),
        *([f"Shown: {listing([name for name in (plan, region) if name])} only"] if plan or region else []),
        "",
        _KEY,
    ]
    yield from (Line("text", one) for one in says)


def _names(view: View) -> Iterator[Line]:
    agreement = view.agreement
    for title, names in (("Plans", agreement.plans), ("Regions", agreement.regions)):
        shown = {name: says for name, says in names.items() if name in view.box[title.lower()[:-1]]}
        yield from _section(title, _pairs(shown))
    levels = {number: f"{level.title}. {level.about}" for number, level in sorted(agreement.severities.items())}
    yield from _section("Severities", _pairs(levels))


def _pairs(named: Mapping[str, str]) -> Iterator[Line]:
    for name, says in named.items():
        yield from labelled(name, [says])


def _hours(view: View) -> Iterator[Line]:
    agreement = view.agreement
    lists = {**published_holidays(), **{own.name: own for own in agreement.holidays}}
    zones, _ = view.first(agreement.zones)
    local = [f"{shown.row.zone}{shown.where}{grounds(shown.row)}" for shown in zones]
    yield from _section("Local time and calendar days", labelled("", local))
    calendars = [calendar for calendar in agreement.calendars if view.shows(calendar)]
    yield from _section("Calendars", [line for one in calendars for line in calendar_words(one, view, lists)])
    used = {clock.coverage for clock in agreement.clocks}
    other = [line for name in agreement.coverage if name not in used for line in _coverage(name, view)]
    yield from _section("Hours that rules and duties name", other)


def _coverage(name: str, view: View) -> Iterator[Line]:
    rows, _ = view.first(view.agreement.coverage[name])
    yield from labelled(name, [f"{shown.row.calendar}{shown.where}{grounds(shown.row)}" for shown in rows])


# --- conduct and cover ----------------------------------------------------------------------------------------------------


def _conduct(view: View) -> Iterator[Line]:
    agreement = view.agreement
    rules = (_item(shown, _events(shown.row.event), _rule(shown.row)) for shown in view.all(agreement.rules))
    yield from _section("Rules", rules)
    declining = (_item(shown, shown.row.kind, _ground(shown.row)) for shown in view.all(agreement.grounds))
    yield from _section("Grounds to decline", declining)
    duties = (_item(shown, f"after {_begins(shown.row)}", _duty(shown.row)) for shown in view.all(agreement.duties))
    yield from _section("Duties", duties)
    guides = (_item(shown, severities([shown.row.proposes]), _guide(shown.row)) for shown in view.all(agreement.guides))
    yield from _section("What speaks for a severity", guides)
    alerts = (_item(shown, shown.row.code, _alert(shown.row)) for shown in view.all(agreement.alerts))
    yield from _section("Alerts", alerts)
    tiers, _ = view.first(agreement.first_tiers)
    yield from _section("Tickets start", (_item(shown, f"at tier {shown.row.tier}") for shown in tiers))


def _item(shown: Shown[AnyRow], title: str, says: str = "") -> Line:
    return Line("item", f"{title}{shown.where}{': ' if says else ''}{says}{grounds(shown.row)}")


def _events(events: Iterable[str]) -> str:
    return listing(map(event_words, dict.fromkeys(events)), "or")


def _rule(rule: Rule) -> str:
    return rule.says + (f" Otherwise: {rule.remedy}." if rule.remedy else "")


def _ground(ground: Ground) -> str:
    return ground.says + (f" Causes: {listing(ground.causes, 'or')}." if ground.causes else "")


def _begins(duty: Duty) -> str:
    events = _events(name for pattern in duty.after for name in pattern.event)
    rungs = (f"a rung of {rung.clock}" for rung in duty.after_rung)
    return listing([*([events] if events else []), *dict.fromkeys(rungs)], "or")


def _duty(duty: Duty) -> str:
    return duty.says + (f" By {listing(duty.by, 'or')}." if duty.by else "")


def _alert(alert: AlertCode) -> str:
    return f"{alert.title}, opens at {severities([alert.opens_at])}"


def _guide(guide: Guide) -> str:
    bounds = {"from": guide.loss_from, "above": guide.loss_above, "below": guide.loss_below, "up to": guide.loss_up_to}
    losses = [f"{bound} {share:g} %" for bound, share in bounds.items() if share is not None]
    told = [*guide.signs]
    told += [f"categories {listing(guide.categories)}"] if guide.categories else []
    told += [f"a loss {' '.join(losses)}"] if losses else []
    told += [] if guide.workaround is None else ["a workaround" if guide.workaround else "no workaround"]
    return "; ".join(told)


def _cover(view: View) -> Iterator[Line]:
    tables = [(field, getattr(view.agreement.entitlement, field)) for field in Entitlement.model_fields]
    items = (
        _item(shown, field.replace("_", " "), _figures(shown.row)) for field, rows in tables for shown in view.all(rows)
    )
    yield from _section("Cover", items)


def _figures(row: BaseModel) -> str:
    """What a row of cover says besides its conditions, key by key."""
    own = [field for field in type(row).model_fields if field not in Row.model_fields]
    told = [
        f"{field.replace('_', ' ')} {_figure(value)}" for field in own if (value := getattr(row, field)) is not None
    ]
    return ", ".join(told)


def _figure(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return listing((str(one).replace("_", " ") for one in value), "else")
        case _:
            return str(value)


# --- readings, assumptions ------------------------------------------------------------------------------------------------


def _readings(agreement: Agreement, chosen: Mapping[str, str] | None, terms: Sequence[Place]) -> Iterator[Line]:
    lines: list[Line] = []
    for reading in agreement.readings:
        lines.append(Line("question", reading.question, reading.id))
        for option, says in reading.options.items():
            marks = ["default"] if option == reading.default else []
            marks += ["chosen"] if chosen and option == chosen.get(reading.id) else []
            lines.append(Line("option", says, f"{option}{f' ({listing(marks)})' if marks else ''}"))
        changed = [place for place in terms if isinstance(place.term, Row) and reading.id in place.term.reading]
        lines.append(_concerned("changes", changed, agreement))
    yield from _section("Readings", lines)


def _assumptions(agreement: Agreement, terms: Sequence[Place]) -> Iterator[Line]:
    lines: list[Line] = []
    for assumption in agreement.assumptions:
        resting = [place for place in terms if isinstance(place.term, Row) and assumption.id in place.term.assumes]
        lines.append(Line("question", assumption.says, assumption.id))
        lines.append(_concerned("concerns", resting, agreement))
    yield from _section("Assumptions", lines)


def _concerned(verb: str, terms: Iterable[Place], agreement: Agreement) -> Line:
    named = dict.fromkeys(_named(place, agreement) for place in terms)
    return Line("remark", f"{verb} {'; '.join(named) or 'no term above'}")


def _named(place: Place, agreement: Agreement) -> str:
    """A term by the table it stands in; one of conduct by its clause."""
    match place.path:
        case ("clock", int(index)):
            return f"clock {agreement.clocks[index].name}"
        case ("clock", int(index), table, *_):
            return f"{str(table).replace('_', ' ')} of {agreement.clocks[index].name}"
        case ("calendar", int(index), *_):
            return f"calendar {agreement.calendars[index].name}"
        case ("coverage", name, *_):
            return f"hours of {name}"
        case ("entitlement", table, *_):
            return f"cover, {str(table).replace('_', ' ')}"
        case (table, *_):
            clause = getattr(place.term, "clause", None)
            return f"{str(table).replace('_', ' ')}{f' [{clause}]' if clause else ''}"
        case _:
            return agreement.id
