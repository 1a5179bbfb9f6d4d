"""Who answers a survey is counted once: the last thing that they said."""

from domain.ticket.history import Person
from projections.as_of.view import View
from projections.boards.kept import ALL, Kept
from tests.projections.log import MONDAY_9, Log, happened, hours, opened

ADA, BEN = Person(role="primary-contact", id="ada"), Person(role="primary-contact", id="ben")


def test_a_later_answer_of_one_person_takes_the_place_of_the_earlier_one_until_another_survey_is_sent(log: Log):
    log.publish("xmpro")
    ticket = log.ticket(log.contract("xmpro", plan="subscription"), opened(), happened("closed", MONDAY_9 + hours(1)))

    def answered(score: float | None, by: Person | None) -> None:
        log.on(ticket, happened("survey_answered", MONDAY_9 + hours(2), score=score), by=by)

    def figures() -> tuple[int, int, float | None]:
        log.runner.catch_up()
        (one,) = Kept(View(log.pool, log.schema, MONDAY_9 + hours(3))).answers(ALL)
        return one.answers, one.scores, one.score

    for score in (1, 2, 4):
        answered(score, ADA)
    assert (1, 1, 4.0) == figures()

    answered(8, BEN)
    assert (2, 2, 6.0) == figures()

    answered(None, BEN)
    assert (2, 1, 4.0) == figures()

    log.on(ticket, happened("survey_sent", MONDAY_9 + hours(2)))
    answered(10, ADA)
    assert (3, 2, 7.0) == figures()

    answered(1, None)
    answered(1, None)  # nobody can tell whether they are one
    assert (5, 4, 4.0) == figures()
