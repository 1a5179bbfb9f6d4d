"""A PostgreSQL for tests: one server for all of a run, a schema of its own for each test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from projections.store.pool import Pool, open_pool
from scripts.database import embedded

PATIENCE_SECONDS = 60.0
"""On a machine with better things to do a connection may take its time."""


@contextmanager
def open_folder() -> Iterator[Path]:
    """One that the server's user can reach, too: pytest keeps its own folders closed, and root's server is not root."""
    folder = Path(tempfile.mkdtemp(prefix="ticketclock-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """The one that TICKETCLOCK_TEST_DATABASE_URL names, else an embedded one that forgets all when the run ends."""
    if url := os.environ.get("TICKETCLOCK_TEST_DATABASE_URL"):
        yield url
        return
    with open_folder() as folder, embedded(folder, durable=False) as server:
        yield server.url


@pytest.fixture
def schema(database_url: str) -> Iterator[str]:
    """The name of a schema that is not there yet, dropped afterwards."""
    name = f"test_{uuid4().hex}"
    yield name
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(name)))


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    with open_pool(database_url, wait_seconds=PATIENCE_SECONDS) as opened:
        yield opened
