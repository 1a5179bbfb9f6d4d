from typing import get_args

import pytest
from pydantic import ValidationError

from domain.terms.event_fields import CUSTOMER_SIDE, VENDOR_SIDE
from domain.ticket.events import Role
from tests.conduct.told import house


def test_every_role_stands_on_one_side():
    assert set(get_args(Role)) == CUSTOMER_SIDE | VENDOR_SIDE
    assert not CUSTOMER_SIDE & VENDOR_SIDE


def refused(toml: str) -> str:
    with pytest.raises(ValidationError) as error:
        house(toml)
    return str(error.value)


RULE = '[[rule]]\nclause = "house:1"\nsays = "x"\n'
DUTY = '[[duty]]\nclause = "house:1"\nsays = "x"\n'


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (RULE + 'event = "clozed"\nforbidden = true', "there is no event 'clozed'"),
        (RULE + "event = []\nforbidden = true", "name an event"),
        (RULE + 'event = "closed"\nwhere = { is = { mood = 1 } }\nforbidden = true', "'closed' has no field 'mood'"),
        (RULE + 'event = ["resolved", "closed"]\nneeds = { measured = { at_least = 95 } }', "'closed' has no field"),
        (RULE + 'event = "opened"\nneeds = { given = ["alert.colour"] }', "'alert' of the event 'opened' has no field"),
        (
            RULE + 'event = "opened"\nneeds = { any_of = [{ lead = { field = "for", time = "1 h" } }] }',
            "no field 'for'",
        ),
        (RULE + 'event = "opened"\nneeds = { seen = "responed" }', "there is no event 'responed'"),
        (RULE + 'event = "opened"\nneeds = { seen = [{ event = "found", is = { why = 1 } }] }', "no field 'why'"),
        (RULE + 'event = "opened"\nneeds = { elapsed = { since = "x", time = "1 h" } }', "there is no event 'x'"),
        (
            RULE + 'event = "opened"\nneeds = { elapsed = { since = "closed", time = "1 business day" } }',
            "needs a calendar",
        ),
        (RULE + 'event = "opened"\nneeds = { by = "boss" }', "needs.by"),
        (RULE + 'event = "opened"\nneeds = { on = "x" }', "needs.on"),
        (RULE + 'event = "opened"', "either needs something or says forbidden"),
        (
            RULE + 'event = "opened"\nforbidden = true\nneeds = { by = "agent" }',
            "either needs something or says forbidden",
        ),
        (RULE + 'event = "opened"\nneeds = {}', "a rule needs something"),
        ('[[ground]]\nclause = "house:1"\nsays = "x"\nneeds = { given = ["why"] }', "'declined' has no field 'why'"),
        (DUTY + 'until = "closed"', "give after or after_rung"),
        (DUTY + 'after = "opened"', "give until or fields"),
        (DUTY + 'after = "opened"\nuntil = "closed"\nwhere = { given = ["why"] }', "'opened' has no field 'why'"),
    ],
)
def test_a_name_that_nobody_knows_is_refused_by_name(toml, problem):
    assert problem in refused(toml)


def test_one_may_stand_for_a_list_of_one():
    conduct = house(RULE + 'event = "closed"\nneeds = { by = "agent", status = "open", seen = { event = "found" } }')
    (rule,) = conduct.rules

    assert rule.needs
    assert (("closed",), ("agent",), ("open",)) == (rule.event, rule.needs.by, rule.needs.status)


def test_conduct_names_its_rows():
    conduct = house(RULE + 'event = "closed"\nneeds = { by = "agent" }\n' + DUTY + 'after = "opened"\nuntil = "closed"')

    assert ["Rule", "Duty"] == [type(row).__name__ for row in conduct.conduct_rows]
