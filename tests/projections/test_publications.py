"""One row an agreement or holiday list, however often it was published."""

from uuid import uuid4

from domain.terms.publication import HolidaysPublished
from projections.publications import PUBLICATIONS, PublicationRow, Publications
from tests.library import library
from tests.projections.log import LONG_AGO, Log


def test_what_is_published_is_listed_in_the_order_of_its_names(log: Log):
    log.publish("xmpro", "imagicle-care")
    log.runner.catch_up()
    publications = Publications(log.pool, log.schema)

    assert ["imagicle-care", "xmpro"] == publications.names("agreement")
    assert sorted(library().holidays) == publications.names("holidays")


def test_a_further_version_is_no_further_agreement(log: Log):
    log.publish("xmpro")
    log.runner.catch_up()
    document = {**library().agreements["xmpro"], "version": "2", "valid_from": "2025-01-01"}
    log.desk.publish_agreement(log.publishing(document))
    log.runner.catch_up()
    rows = log.rows(PUBLICATIONS)

    (xmpro,) = (one for one in (PublicationRow(*row) for row in rows) if one.name == "xmpro")
    assert 2 == xmpro.version

    log.runner.rebuild()

    assert rows == log.rows(PUBLICATIONS)


def test_an_agreement_that_was_tampered_with_is_not_listed_and_keeps_no_other_from_it(log: Log):
    log.publish("xmpro", "imagicle-care")
    log.execute("UPDATE events SET state = state || '{}' WHERE position('\"xmpro\"' in encode(state, 'escape')) > 0")

    log.runner.rebuild()

    assert ["imagicle-care"] == Publications(log.pool, log.schema).names("agreement")


def holidays(name: str) -> HolidaysPublished:
    return HolidaysPublished(
        name=name, effective_at=LONG_AGO, digest="0" * 64, first_year=2024, last_year=2025, document={}
    )


def test_a_holiday_list_that_the_database_cannot_hold_is_not_listed_and_keeps_no_other_from_it(log: Log):
    for name in ("a\0b", "moon"):
        log.on(uuid4(), holidays(name))  # type: ignore[arg-type]
    log.runner.catch_up()
    followed = log.everything()
    log.runner.rebuild()

    assert ["moon"] == Publications(log.pool, log.schema).names("holidays")
    assert followed == log.everything()
    assert [] == log.runner.troubles()
