"""How often one caller may ask about tickets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.security.limits import Buckets, Limits
from domain.refusals import Refusal


def test_a_caller_forgotten_for_others_starts_afresh():
    buckets = Buckets(rate=1, burst=1, clock=lambda: 0.0, most=2)
    taken = [buckets.take(name) for name in ("ann", "bob", "ann", "cid", "dan", "ann")]

    assert [0, 0, 1, 0, 0, 0] == taken


def test_a_bucket_never_holds_more_than_its_burst():
    instants = iter([0.0, 1000.0, 1000.0, 1000.0])
    buckets = Buckets(rate=1, burst=2, clock=lambda: next(instants))

    assert [0, 0, 0, 1] == [buckets.take("ann") for _ in range(4)]


@given(st.lists(st.floats(0, 3), max_size=60))
def test_nobody_gets_more_than_burst_and_rate_allow_and_who_waits_as_told_gets_in(pauses):
    now = 0.0
    buckets = Buckets(rate=2, burst=3, clock=lambda: now)
    let_in = 0
    for pause in pauses:
        now += pause
        let_in += (wait := buckets.take("ann")) == 0

        assert let_in <= 3 + 2 * now + 1e-6
    now += buckets.take("ann") + 1e-6
    if pauses and wait:
        assert 0 == buckets.take("ann")


def test_rate_and_burst_are_settings():
    told = {"TICKETCLOCK_RATE_LIMIT": "0.5", "TICKETCLOCK_RATE_BURST": "7"}

    assert Limits(0.5, 7) == Limits.from_environment(told)
    assert Limits() == Limits.from_environment({})


@pytest.mark.parametrize("told", ["0", "-1", "many", "nan", "inf"])
def test_a_rate_that_is_none_is_refused_by_its_name(told):
    with pytest.raises(Refusal, match="TICKETCLOCK_RATE_LIMIT is a number above zero"):
        Limits.from_environment({"TICKETCLOCK_RATE_LIMIT": told})
