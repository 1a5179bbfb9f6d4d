import json
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.answer import Answer, answer
from domain.casefile import read_case
from domain.instants import micros
from domain.judgement import judge
from domain.refusals import AgreementError, PublicationRefused
from domain.terms.library import agreement_ids, agreement_text, published_holidays, selector
from domain.terms.publication import (
    AgreementPublished,
    HolidaysPublished,
    digest_of,
    in_force,
    library_publications,
    publish_agreement,
    publish_holidays,
    selector_from,
)
from domain.terms.selection import Selector

LIBRARY = library_publications()
IXCLOUD, ITALY = LIBRARY.agreements["numonix-ixcloud"], LIBRARY.holidays["italy"]
WORKED_CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "conformance" / "cases.json").read_text("utf-8")
)
AT = datetime(2024, 1, 2, 9, tzinfo=UTC)


def version(number: str, valid_from: str, document: dict[str, Any] = IXCLOUD) -> dict[str, Any]:
    return {**document, "version": number, "valid_from": valid_from}


def published(*documents: dict[str, Any]) -> tuple[AgreementPublished, ...]:
    together: tuple[AgreementPublished, ...] = ()
    for document in documents:
        together = (*together, *publish_agreement(together, document, AT))
    return together


def listed(*documents: dict[str, Any]) -> tuple[HolidaysPublished, ...]:
    together: tuple[HolidaysPublished, ...] = ()
    for document in documents:
        together = (*together, *publish_holidays(together, document, AT))
    return together


# --- documents and digests ------------------------------------------------------------------------------------------------


def test_a_digest_does_not_hang_on_the_order_of_keys():
    assert digest_of({"a": 1, "b": {"c": "é", "d": 2}}) == digest_of({"b": {"d": 2, "c": "é"}, "a": 1})


def test_a_digest_is_that_of_the_canonical_json():
    assert "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777" == digest_of({"b": 2, "a": 1})


def test_a_document_in_toml_and_the_same_in_json_have_one_digest():
    toml = tomllib.loads(agreement_text("numonix-ixcloud"))

    assert digest_of(json.loads(json.dumps(toml, default=str))) == digest_of(toml)


def test_an_agreement_and_its_holiday_lists_are_stored_as_they_are():
    stored = {
        agreement: _stored(*publish_agreement((), LIBRARY.agreements[agreement], AT)) for agreement in agreement_ids()
    }
    lists = {name: _stored(*publish_holidays((), LIBRARY.holidays[name], AT)) for name in published_holidays()}

    assert LIBRARY.agreements == stored
    assert LIBRARY.holidays == lists


def test_a_ticket_is_judged_by_stored_terms_as_by_those_of_the_program():
    stored = {agreement: selector_from(one, LIBRARY.holidays) for agreement, one in LIBRARY.agreements.items()}

    assert {one: selector(one).agreement for one in stored} == {one: terms.agreement for one, terms in stored.items()}
    for case in WORKED_CASES:
        assert _answer(case, selector) == _answer(case, stored.__getitem__), case["case"]


def _stored(event: AgreementPublished | HolidaysPublished) -> dict[str, Any]:
    return type(event).model_validate_json(event.model_dump_json()).document


def _answer(case: dict[str, Any], lookup: Callable[[Any], Selector]) -> Answer:
    return answer(judge(read_case(case, lookup)))


# --- agreements -----------------------------------------------------------------------------------------------------------


def test_a_version_of_an_agreement_is_published_as_a_whole():
    (event,) = publish_agreement((), IXCLOUD, AT)

    assert (AT, "numonix-ixcloud", "2020-05-15", date(2020, 5, 15)) == (
        event.effective_at,
        event.id,
        event.version,
        event.valid_from,
    )
    assert (IXCLOUD, digest_of(IXCLOUD)) == (event.document, event.digest)


def test_the_same_agreement_published_again_says_nothing_new():
    assert [] == publish_agreement(published(IXCLOUD), IXCLOUD, AT)
    assert [] == publish_agreement(published(IXCLOUD, version("2", "2022-01-01")), IXCLOUD, AT)


@pytest.mark.clause("numonix-ixcloud:policy-changes")
def test_a_published_version_never_changes():
    with pytest.raises(
        PublicationRefused, match="version 2020-05-15 of numonix-ixcloud is published and never changes"
    ):
        publish_agreement(published(IXCLOUD), {**IXCLOUD, "title": "other"}, AT)


def test_two_versions_are_not_valid_from_one_day():
    with pytest.raises(PublicationRefused, match="is valid from 2020-05-15 already"):
        publish_agreement(published(IXCLOUD), version("2", "2020-05-15"), AT)


def test_an_agreement_that_is_not_sound_is_not_published():
    with pytest.raises(AgreementError, match="valid_from"):
        publish_agreement((), {**IXCLOUD, "valid_from": "some day"}, AT)


# --- which version holds --------------------------------------------------------------------------------------------------


@pytest.mark.clause("numonix-ixcloud:policy-changes")
@pytest.mark.parametrize(
    ("opened", "number"),
    [
        ("2019-01-01T00:00:00Z", "2020-05-15"),
        ("2021-12-31T23:59:59-05:00", "2020-05-15"),
        ("2022-01-01T00:00:00-05:00", "2"),
        ("2030-01-01T00:00:00Z", "3"),
    ],
)
def test_a_ticket_is_judged_by_the_version_in_force_when_it_was_opened(opened, number):
    versions = published(IXCLOUD, version("3", "2023-01-01"), version("2", "2022-01-01"))

    assert number == in_force(versions, micros(datetime.fromisoformat(opened))).version


def test_a_version_holds_from_midnight_in_the_zone_of_the_contracts_region():
    imagicle = LIBRARY.agreements["imagicle-care"]
    versions = published(imagicle, version("5", "2024-07-01", imagicle))
    midnight_in_rome = micros(datetime(2024, 6, 30, 22, tzinfo=UTC))

    assert "5" == in_force(versions, midnight_in_rome, "europe").version
    assert "4.1" == in_force(versions, midnight_in_rome, "americas").version


def test_no_version_is_in_force_where_none_is_published():
    with pytest.raises(LookupError, match="no version"):
        in_force((), micros(AT))


# --- holiday lists --------------------------------------------------------------------------------------------------------


def test_a_holiday_list_is_published_with_its_years():
    (event,) = publish_holidays((), ITALY, AT)

    assert ("italy", 2018, 2030, digest_of(ITALY)) == (event.name, event.first_year, event.last_year, event.digest)


def test_a_holiday_list_grows_by_further_years():
    longer = {**ITALY, "last_year": 2031}

    assert [2030, 2031] == [one.last_year for one in listed(ITALY, longer)]


def test_the_same_holiday_list_again_says_nothing_new():
    assert [] == publish_holidays(listed(ITALY), ITALY, AT)


def test_a_holiday_list_that_goes_back_to_former_dates_is_news():
    other = {**ITALY, "title": "other"}

    assert 3 == len(listed(ITALY, other, ITALY))


def test_a_holiday_list_keeps_the_years_that_were_published():
    shorter = {**ITALY, "first_year": 2018, "last_year": 2029, "dates": ITALY["dates"][:3]}

    with pytest.raises(PublicationRefused, match="italy was published for 2018 to 2030"):
        publish_holidays(listed(ITALY), shorter, AT)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({}, "name: is missing"),
        ({**ITALY, "colour": "red"}, "colour: unknown field"),
        ({**ITALY, "first_year": "2018"}, 'first_year: write a whole number, not "2018"'),
        ({**ITALY, "dates": [{"date": "2024-02-30", "name": "never"}]}, "dates 1, date|dates.1.date|date: "),
        ({**ITALY, "first_year": float("nan")}, "first_year"),
    ],
)
def test_what_is_no_holiday_list_is_not_published(document, says):
    with pytest.raises(PublicationRefused, match=f"this is no holiday list: .*({says})"):
        publish_holidays((), document, AT)
