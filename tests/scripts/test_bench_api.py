"""`./scripts/bench api`, so small that its figures say nothing: every way is gone, every aim is told."""

import pytest

from scripts.benches import api
from scripts.benches._clients import Measured


def test_every_way_of_a_command_is_measured_and_every_aim_told(capsys):
    api.main(api.Scale(clients=(1, 8), seconds=0.05, rounds=1, tickets=16, incidents=20))

    told = capsys.readouterr().out

    for way in (api.INSERTS, api.LIBRARY, api.OURS, api.EXECUTE, api.HTTP, api.NOTHING):
        assert 4 == told.count(f"  {way} "), told
    _, aims = told.split("\nAims\n")
    assert 7 == len(aims.splitlines())


def test_what_limits_a_way_names_who_works_and_what_is_waited_for():
    measured = Measured(2.0, [0.001] * 1000)
    measured.work.update({"service": 1.0})
    measured.waits.update({"Lock relation": 9, "computing": 11})

    assert "service 1,000 µs, 50% of a core; computing 55%; Lock relation 45%" == measured.limits


@pytest.mark.parametrize(("acts", "p99"), [([0.001], 1.0), ([0.001] * 99 + [0.005], 5.0), ([0.001] * 101, 1.0)])
def test_one_act_in_a_hundred_takes_at_least_as_long_as_the_99th_percentile(acts, p99):
    assert p99 == Measured(1.0, acts).p99_ms
