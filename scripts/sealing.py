"""How the log is sealed, from settings: with which key, and how often."""

import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from domain.refusals import Refusal
from projections.seals.sealer import Sealer
from projections.seals.signing import FILE_NAME, SealingKey
from projections.store.pool import Pool
from scripts.database import data_folder

KEY, EVERY = "TICKETCLOCK_SEALING_KEY", "TICKETCLOCK_SEAL_EVERY"
OFF = "off"
HOUR = timedelta(hours=1)

_UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": HOUR, "d": timedelta(days=1)}
_SPAN = re.compile(r"(?P<figure>[1-9]\d{0,4}) ?(?P<unit>s|min|h|d)")

_log = logging.getLogger(__name__)


def sealer_from(environment: Mapping[str, str], pool: Pool, schema: str) -> Sealer:
    """Who seals the log that the settings name. Raises Refusal where a setting is wrong.

    Where no key is named and none can be kept in the data folder, it goes without: nothing is sealed, and the log of the
    program says so.
    """
    every = seal_every(environment)
    return Sealer(pool, schema, _key(environment), every=every)


def key_file(environment: Mapping[str, str]) -> Path:
    """Where the key is, or will be once it is needed."""
    told = environment.get(KEY)
    return Path(told) if told else data_folder(environment) / FILE_NAME


def seal_every(environment: Mapping[str, str]) -> timedelta | None:
    """How long after one seal the next one comes; None where nobody seals unasked. Raises Refusal."""
    told = environment.get(EVERY)
    if told == OFF:
        return None
    if not told:
        return HOUR
    span = _SPAN.fullmatch(told)
    if span is None:
        raise Refusal(f"{EVERY}: {told} is no span of time; write 15min, 1h or {OFF}")
    return int(span["figure"]) * _UNITS[span["unit"]]


def _key(environment: Mapping[str, str]) -> SealingKey | None:
    try:
        return SealingKey.load_or_make(key_file(environment))
    except Refusal as refusal:
        if environment.get(KEY):
            raise
        _log.warning("the log is not sealed: %s; %s names another file", refusal, KEY)
        return None
