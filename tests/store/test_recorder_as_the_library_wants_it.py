"""The event-sourcing library's own tests of recorders, on both of ours.

Left out: what measures instead of testing; what demands that no two writers' ids interleave, which is what the reader of the
log is for; and subscriptions, which the log has none of.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence

from domain.desk.log import Log
from projections.store.pool import Pool
from projections.store.recorder import LogRecorder
from projections.store.stock import StockRecorder


class RecorderOfOneStream(LogRecorder):
    """A recorder that knows streams only has no places in a log to tell."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


class TestStreams(persistence.AggregateRecorderTestCase):
    test_performance = None  # type: ignore[assignment]

    @pytest.fixture(autouse=True)
    def _given(self, pool: Pool, schema: str) -> None:
        self.recorder = RecorderOfOneStream(pool, schema)
        self.recorder.create_tables()

    def create_recorder(self) -> LogRecorder:
        return self.recorder


class TestLog(persistence.ApplicationRecorderTestCase[Log]):
    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = False
    test_performance = None  # type: ignore[assignment]
    test_concurrent_throughput = None  # type: ignore[assignment]

    @pytest.fixture(autouse=True)
    def _given(self, pool: Pool, schema: str) -> None:
        self.recorder = LogRecorder(pool, schema)
        self.recorder.create_tables()

    def create_recorder(self) -> Log:
        return self.recorder


class TestStockLog(persistence.ApplicationRecorderTestCase[Log]):
    test_performance = None  # type: ignore[assignment]
    test_concurrent_throughput = None  # type: ignore[assignment]

    @pytest.fixture(autouse=True)
    def _given(self, stock_recorder: StockRecorder) -> None:
        self.recorder = stock_recorder

    def create_recorder(self) -> Log:
        return self.recorder
