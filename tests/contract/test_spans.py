"""What holds for every history of a contract, however odd."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.contract.cover import cover
from domain.contract.facts import Contract
from domain.instants import SECOND, micros
from domain.terms.zones import zone
from tests.contract.agreed import IMAGICLE, scope, terms

START = datetime(2024, 1, 1, tzinfo=UTC)
ROME, ENTITLEMENT = zone("Europe/Rome"), terms(IMAGICLE)
INSTANTS = st.integers(0, 900).map(lambda days: START + timedelta(days=days, hours=days % 24))
DAYS = st.integers(0, 900).map(lambda days: date(2024, 1, 1) + timedelta(days=days))
PRODUCTS = st.sampled_from(["suite", "fax", "phone"])


def events(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"at": INSTANTS, **fields}, optional={"recorded_at": INSTANTS})


EVENTS = st.one_of(
    events(event=st.just("signed"), until=st.none() | DAYS, registered_on=st.none() | DAYS),
    events(event=st.just("renewed"), until=DAYS),
    events(event=st.sampled_from(["expired", "ended"]), until=st.none() | DAYS),
    events(event=st.just("reduced"), until=DAYS),
    events(event=st.just("cancelled")),
    events(
        event=st.just("product_covered"), product=PRODUCTS, until=st.none() | DAYS, base=st.none() | PRODUCTS
    ).filter(lambda event: event["product"] != event["base"]),
    events(event=st.just("support_ended"), product=st.none() | PRODUCTS, on=DAYS, declared=st.booleans()),
    events(event=st.just("life_ended"), product=st.none() | PRODUCTS, on=DAYS),
)
CONTRACTS = st.builds(
    lambda plan, products, history: Contract.model_validate({"plan": plan, "products": products, "events": history}),
    st.sampled_from(["basic", "gold"]),
    st.lists(PRODUCTS, unique=True),
    st.lists(EVENTS, max_size=7),
)


@given(CONTRACTS, INSTANTS, st.none() | INSTANTS, st.none() | PRODUCTS)
def test_a_ticket_covered_until_an_instant_is_covered_up_to_it_and_not_at_it(about, at, known_at, product):
    known = None if known_at is None else micros(known_at)
    asked = {"known_at": known, "product": product}

    answer = cover(about, ENTITLEMENT, scope(about), ROME, at=micros(at), **asked)

    assert answer.clause
    if answer.until is not None:
        end = answer.until * SECOND
        assert cover(about, ENTITLEMENT, scope(about), ROME, at=end - 1, **asked).covered
        assert not cover(about, ENTITLEMENT, scope(about), ROME, at=end, **asked).covered


@given(CONTRACTS, INSTANTS, INSTANTS, st.none() | PRODUCTS)
def test_what_becomes_known_later_changes_no_answer_as_known_then(about, at, known_at, product):
    known = micros(known_at)
    then = about.model_copy(update={"events": tuple(about.known(known))})
    signed_later = any(one.event in ("signed", "product_covered") for one in set(about.events) - set(then.events))

    answer = cover(about, ENTITLEMENT, scope(about), ROME, at=micros(at), known_at=known, product=product)

    if not signed_later:
        assert cover(then, ENTITLEMENT, scope(then), ROME, at=micros(at), product=product) == answer
