"""The page of a dossier, in the order in which somebody new to the matter reads it."""

from collections.abc import Iterator

from api.dossier.answering import answers, readings
from api.dossier.happening import history, knowledge
from api.dossier.ledger import clauses, ledger
from api.dossier.parts import Page, Says, Section
from api.dossier.picturing import picture
from api.dossier.sealing import seal
from api.dossier.summary import summary
from api.dossier.told import Told
from api.pages.texts import say
from domain.instants import SECOND


def page(told: Told) -> Page:
    """The whole page; parts that have nothing to say are left out."""
    sections = [
        Section("summary", say("dossier.summary.title"), [*summary(told)]),
        Section("picture", say("dossier.picture.title"), [Says(say("dossier.picture.lead")), picture(told)]),
        Section("argument", say("dossier.argument.title"), told.argument),
        Section("history", say("dossier.history.title"), [*history(told)]),
        Section("knowledge", say("dossier.knowledge.title"), [*knowledge(told)]),
        Section("answers", say("dossier.answers.title"), [*answers(told)]),
        Section("readings", say("dossier.readings.title"), [*readings(told)]),
        Section("ledger", say("dossier.ledger.title"), [*ledger(told)]),
        Section("clauses", say("dossier.clauses.title"), [*clauses(told)]),
        Section("seal", say("dossier.seal.title"), [*seal(told)]),
    ]
    notes = [say("dossier.redacted")] if told.about.redacted else []
    return Page(
        title=say("dossier.title", ticket=told.name),
        facts=list(_facts(told)),
        notes=notes,
        sections=[one for one in sections if one.parts],
        foot=say("dossier.foot", ticket=told.name, as_of=told.about.as_of, made_at=told.about.made_at),
    )


def _facts(told: Told) -> Iterator[tuple[str, str]]:
    about, replay = told.about, told.now.replay
    agreement, scope = replay.terms.agreement, replay.terms.scope
    terms = ", ".join(part for part in (scope.plan, scope.region) if part)
    yield say("dossier.ticket"), told.name
    if told.name != about.ticket:
        yield say("dossier.id"), about.ticket
    if about.dispute:
        yield say("dossier.dispute"), about.dispute
    yield say("dossier.customer"), told.customer
    yield say("dossier.contract"), told.contract
    says = say(
        "dossier.agreement_says", title=agreement.title, id=agreement.id, version=agreement.version, terms=terms or "–"
    )
    yield say("dossier.agreement"), says
    yield say("dossier.as_of"), told.time(replay.as_of)
    known_at = told.replays[0].case.known_at
    if known_at is not None:
        yield say("dossier.known_at"), say("dossier.known_at_says", at=told.time(known_at // SECOND))
    yield say("dossier.made_at"), f"{about.made_at}, ticketclock {about.engine}"
    yield say("dossier.zone"), say("dossier.zone_says", zone=told.where.key)
