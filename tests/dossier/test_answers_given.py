"""A dossier tells who asked, what they were told, and that no seal binds that; without names it names nobody."""

import json
from typing import Any

from api.pages.texts import say
from domain.dossier.packing import unpacked
from domain.instants import instant, micros
from tests.api.house import Town, told
from tests.dossier.given import Disputed, checked, disputed

GRACE = "grace@hopper.example"


def answered(container: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(unpacked(container).files["revisions.json"])["answered"]
    return found


def looked_at(town: Town, customer: str) -> Disputed:
    """Grace looked at her ticket before the dossier is made."""
    given = disputed(town, customer)
    told(given.contact.get(f"/v1/tickets/{given.ticket}/clocks"))
    town.clock.goes_on(minutes=1)
    return given


def test_who_asked_stands_in_a_dossier_with_what_they_were_told(town: Town):
    given = looked_at(town, "Lamarr Ltd")

    container = given.dossier()

    ((asked),) = answered(container)
    assert (GRACE, "technical-contact", True) == (asked["who"], asked["to"], asked["holds"])
    assert GRACE in unpacked(container).files["page.html"].decode()
    assert say("dossier.knowledge.answered") in unpacked(container).files["page.html"].decode()
    assert [] == [str(one) for one in checked(container) if not one.holds]


def test_a_dossier_without_names_gives_who_asked_the_pseudonym_that_the_history_has(town: Town):
    given = looked_at(town, "Noether GmbH")

    redacted = given.dossier(redact=True)

    ((asked),) = answered(redacted)
    opened = json.loads(unpacked(redacted).files["case.json"])["events"][0]
    assert opened["by"]["id"] == asked["who"]
    assert asked["who"].startswith("forgotten-")
    assert GRACE not in unpacked(redacted).files["page.html"].decode()


def test_whoever_looks_afterwards_changes_no_byte_of_a_dossier_of_that_instant(town: Town):
    given, made_at = looked_at(town, "Franklin SA"), instant(micros(town.clock.at)).isoformat()
    first = given.dossier(made_at=made_at)
    town.clock.goes_on(hours=1)
    told(town.caller("agent").get(f"/v1/tickets/{given.ticket}/clocks"))

    assert first == given.dossier(made_at=made_at)


def test_a_customers_dossier_tells_of_the_answers_to_its_own_people(town: Town):
    given = looked_at(town, "Meitner AG")
    told(town.caller("agent").get(f"/v1/tickets/{given.ticket}/clocks"))
    town.clock.goes_on(minutes=1)
    path = f"/v1/tickets/{given.ticket}/dossier"

    own = given.contact.get(path)

    assert [GRACE] == [one["who"] for one in answered(own.content)]
    assert [GRACE, "agent"] == [one["who"] for one in answered(given.manager.get(path).content)]
