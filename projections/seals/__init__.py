"""The log sealed: the tree of its events in tiles, the seals, the key that signs them, and whether all of it still holds."""

from projections.seals.sealer import NoSealingKey, Sealer
from projections.seals.seals import KnownKey, NotSealed, Seals, SealUnsound
from projections.seals.signing import SealingKey, is_signed

__all__ = ["KnownKey", "NoSealingKey", "NotSealed", "SealUnsound", "Sealer", "SealingKey", "Seals", "is_signed"]
