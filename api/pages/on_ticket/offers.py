"""What somebody could do with a ticket now: commands as forms, and of the others why not, before anything is sent."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from uuid import uuid4

from api.office import Office
from api.ordering import RIGHTS, check_act
from api.pages.forms import AroundFilled, Form, Option, Surroundings, form_of
from api.pages.on_ticket.wording import spoken
from api.pages.texts import knows, say
from api.permitted import Permission, Trial, permissions
from api.problems import Forbidden
from domain.judgement import Case
from domain.ticket.commands import COMMANDS, Open, SplitOff

GROUPS: Mapping[str, tuple[str, ...]] = {
    "answer": ("respond", "send-update", "comment", "add-information", "provide-workaround", "notify-priority"),
    "waits": ("waiting", "end-wait"),
    "who": ("assign", "unassign", "escalate", "raise-alarm", "start-work", "suspend-work", "resume-work", "move"),
    "what": ("change-severity", "accept", "log-correctly", "assess", "find", "file-bug", "split-off"),
    "dates": ("agree-timeline", "schedule-for-release", "schedule-appointment", "cancel-appointment", "hold-session"),
    "end": ("resolve", "give-closure-notice", "close", "reopen", "decline", "withdraw", "merge"),
    "customer": ("complain", "answer-complaint", "send-survey", "answer-survey"),
    "record": (
        "agree-action-plan",
        "notify",
        "notify-by-phone",
        "phone-unanswered",
        "request-log",
        "receive-log",
        "clear-condition",
    ),
    "afterwards": ("correct", "rule"),
}
"""The commands by what they are for; every one stands somewhere."""

FIRST = (
    "respond",
    "send-update",
    "comment",
    "waiting",
    "end-wait",
    "assign",
    "change-severity",
    "escalate",
    "resolve",
    "close",
    "reopen",
)
"""What is done most, and hence shown first where it would be admitted."""

NOT_ASKED_PLAINLY = frozenset({("end-wait", "task"), ("escalate", "manager")})
"""Whoever answers says so in one text; which manager takes part is the vendor's to say."""

CHOICES = ("on", "severity", "kind")
"""Fields whose every value is tried on the ticket."""


@dataclass(frozen=True)
class Refused:
    """Why a command would be refused, of a certain value where it has to name one."""

    what: str
    reason: str
    clause: str
    remedy: str


@dataclass(frozen=True)
class Offer:
    """A command with its form.

    `may` says that it would be admitted as it stands, `could` that it might be with more said, and `lacks_one` that it would be.
    """

    command: str
    name: str
    about: str
    may: bool
    could: bool
    lacks_one: bool
    form: Form | None
    refused: Sequence[Refused]
    key: str
    around: AroundFilled
    is_asked: bool = False


@dataclass(frozen=True)
class Group:
    name: str
    offers: Sequence[Offer]


@dataclass(frozen=True)
class Offers:
    """What would be admitted and is done most; all else that can be tried, by what it is for; and what cannot be."""

    first: Sequence[Offer] = ()
    groups: Sequence[Group] = ()
    not_now: Sequence[Offer] = ()

    @property
    def is_more_asked(self) -> bool:
        """Whether a form that was sent stands among the others."""
        return any(one.is_asked for group in self.groups for one in group.offers)

    def __bool__(self) -> bool:
        return bool(self.first or self.groups or self.not_now)


@dataclass(frozen=True)
class Attempt:
    """A form that somebody wants to see; when it was sent and refused, what was filled in is not lost."""

    command: str
    filled: Mapping[str, str] = field(default_factory=dict)


def offered(
    case: Case,
    office: Office,
    around: Surroundings,
    attempt: Attempt | None = None,
    only: Collection[str] | None = None,
    first: Sequence[str] = FIRST,
    *,
    is_plain: bool = False,
) -> Offers:
    """What there is to say about every command, or about these only. Forms are made for the first ones, and for one attempted.

    `is_plain`: commands are called as one would say it to a customer.
    """
    tried = {name: list(several) for name, several in groupby(permissions(case, office), lambda one: one["command"])}
    trial = Trial(case, office.at, office.myself)
    told = {
        name: _offer(name, tried[name], office, trial, around, attempt, is_shown=name in first, is_plain=is_plain)
        for commands in GROUPS.values()
        for name in commands
        if name in tried and (only is None or name in only)
    }
    at_first = [told[name] for name in first if name in told and (told[name].may or told[name].lacks_one)]
    left = [one for one in told.values() if one not in at_first]
    groups = [
        Group(
            group,
            sorted((one for one in left if one.command in commands and _is_open(one)), key=lambda one: not one.may),
        )
        for group, commands in GROUPS.items()
    ]
    return Offers(at_first, [one for one in groups if one.offers], [one for one in left if not _is_open(one)])


def _is_open(offer: Offer) -> bool:
    return offer.may or offer.could


def _offer(
    name: str,
    tried: Sequence[Permission],
    office: Office,
    trial: Trial,
    around: Surroundings,
    attempt: Attempt | None,
    *,
    is_shown: bool,
    is_plain: bool,
) -> Offer:
    command = Open if name == SplitOff.name else COMMANDS[name]
    asked = attempt if attempt is not None and attempt.command == name else None
    may = any(one["permitted"] and one["changes"] for one in tried)
    refused = [one for one in tried if not one["permitted"]]
    wants_more = any(one["clause"] or one["fields"] for one in refused) and bool(command.model_fields)
    could = not may and wants_more and _is_theirs(name, office)
    lacks_one = is_shown and could and any(one["clause"] and trial.records_with_one_more(one) for one in refused)
    is_shown = (is_shown and may) or lacks_one or (asked is not None and (may or could))
    form = form_of(command, around, asked.filled if asked else None, _choices(tried, around)) if is_shown else None
    return Offer(
        command=name,
        name=plainly("name", name) if is_plain else say(f"forms.name.{name}"),
        about=plainly("about", name) if is_plain else say(f"forms.about.{name}"),
        may=may,
        could=could,
        lacks_one=lacks_one,
        form=_plain(form, name) if form and is_plain else form,
        refused=list(_refused(refused, around)) or ([] if may else [_repeats()]),
        key=uuid4().hex,
        around=AroundFilled.of(asked.filled if asked else None),
        is_asked=asked is not None,
    )


def plainly(kind: str, command: str) -> str:
    """The `name` of a command, or what it is `about`, as one would say it to a customer."""
    plain = f"forms.plain.{kind}.{command}"
    return say(plain if knows(plain) else f"forms.{kind}.{command}")


def _plain(form: Form, command: str) -> Form:
    asked = [one for one in form.inputs if (command, one.name) not in NOT_ASKED_PLAINLY]
    labels = {one.name: f"forms.plain.field.{command}.{one.name}" for one in asked}
    return Form([replace(one, label=say(labels[one.name])) if knows(labels[one.name]) else one for one in asked])


def _is_theirs(command: str, office: Office) -> bool:
    """Whether it is for this principal to ask at all, whatever is said with it."""
    try:
        office.principal.must(RIGHTS.get(command, "tickets:act"))
        check_act(command, office.myself)
    except Forbidden:
        return False
    return True


def _choices(tried: Sequence[Permission], around: Surroundings) -> dict[str, list[Option]]:
    """The values with which a command would be admitted, then those for which a clause wants more to be said."""
    return {
        field: [
            *(_option(field, one, around) for one in tried if one["permitted"] and one["changes"]),
            *(_option(field, one, around) for one in tried if one["clause"]),
        ]
        for field in CHOICES
        if tried and field in tried[0]["fields"] and tried[0]["command"] != SplitOff.name
    }


def _option(field: str, one: Permission, around: Surroundings) -> Option:
    value = one["fields"][field]
    name = called(field, value, around)
    return str(value), name if one["permitted"] else say("forms.with_more", what=name)


def called(field: str, value: object, around: Surroundings) -> str:
    match field:
        case "on":
            return say(f"common.wait.{value}")
        case "severity":
            return f"{value} · {around.agreement.severities[str(value)].title}"
        case _:
            return spoken(str(value))


def _refused(tried: Iterable[Permission], around: Surroundings) -> Iterator[Refused]:
    """Equal refusals of several values are told once."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for one in tried:
        names = [called(field, one["fields"][field], around) for field in CHOICES if field in one["fields"]]
        together.setdefault((one["reason"], one["clause"], one["remedy"]), []).extend(names)
    for (reason, clause, remedy), names in together.items():
        yield Refused(", ".join(names), reason, clause, remedy)


def _repeats() -> Refused:
    return Refused("", say("forms.nothing_new"), "", "")
