"""A dossier of a ticket that lived at a desk in memory: sealed, signed, and without the pages for people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic_core import to_jsonable_python

from api.histories import case_file
from domain.desk.ticket import Ticket
from domain.dossier.contents import sealed
from domain.dossier.manifest import About
from domain.dossier.packing import packed
from domain.dossier.replays import Replay
from domain.dossier.stored import StoredLine
from domain.dossier.terms import in_place
from domain.dossier.texts import lines, readable
from domain.instants import micros
from domain.resolved import resolved
from domain.seals import merkle
from domain.seals.proof import LeafDocument, Proof
from domain.seals.seal import Leaf, Seal, SealDocument, key_id
from domain.ticket.commands import Close, Resolve, Respond, Wait
from tests.desk.given import Clerk, clerk, hour

MADE_AT = "2024-03-06T09:00:00Z"


@dataclass
class Dossier:
    """`files` can be changed before it is packed, and `signed` again, as somebody with the key could."""

    desk: Clerk = field(default_factory=clerk)
    key: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    ticket: UUID = field(init=False)

    def __post_init__(self) -> None:
        contract = self.desk.contract("imagicle-care", plan="gold", region="europe")
        self.ticket = self.desk.opened(contract, fields={"company": "Acme\u2028and sons"})
        self.desk.does(self.ticket, Respond(), hour(1.5))
        self.desk.does(self.ticket, Wait(on="customer", evidence="they said so"), hour(2))
        self.desk.does(self.ticket, Resolve(), hour(30))
        self.desk.does(self.ticket, Close(), hour(31), "customer")

    @property
    def public_key(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @cached_property
    def files(self) -> dict[str, bytes]:
        desk = self.desk.desk
        ticket = desk.ticket(self.ticket)
        filed = ticket.filed
        document, lists = desk.shelf.documents(filed.agreement, filed.digest, filed.holidays)
        now, then = self._replay(ticket, "known-now"), self._replay(ticket, "known-then", 2.0)
        terms = resolved(now.judgement, digest=filed.digest, holidays=filed.holidays)
        told = {
            "case.json": readable(to_jsonable_python(case_file(ticket, now.case, in_place(document, lists)))),
            "history.jsonl": lines(one.as_document() for one in self.stored(self.ticket)),
            "contract.jsonl": lines(one.as_document() for one in self.stored(filed.contract)),
            "proof.json": readable(self._proofs(filed.contract)),
            "agreement.json": readable(document),
            **{f"holidays/{name}.json": readable(one) for name, one in lists.items()},
            "terms.json": readable(terms),
            now.file: readable(now.document(now.case.contract)),
            then.file: readable(then.document(now.case.contract)),
        }
        return self.signed(told)

    def signed(self, files: dict[str, bytes]) -> dict[str, bytes]:
        about = About(str(self.ticket), None, MADE_AT, None, MADE_AT, False, "0.1.0")
        own = ("manifest.json", "signature.json", "README.txt")
        told = {name: content for name, content in files.items() if name not in own}
        return sealed(told, about, self.public_key, self.key.sign)

    def zip(self) -> bytes:
        return packed(self.files)

    def stored(self, stream: UUID) -> list[StoredLine]:
        return [one for one in self._log() if one.stream == stream]

    def _log(self) -> Iterable[StoredLine]:
        for one in self.desk.desk.recorder.select_notifications(1, 10_000):
            stream = one.originator_id
            assert isinstance(stream, UUID)
            yield StoredLine(one.id, stream, one.originator_version, one.topic, one.state.decode())

    def _replay(self, ticket: Ticket, name: str, known_at: float | None = None) -> Replay:
        known = None if known_at is None else micros(hour(known_at))
        return Replay(name, name, self.desk.desk.case(ticket, micros(hour(48)), known))

    def _proofs(self, contract: UUID) -> dict[str, Any]:
        log = [Leaf(one.position, one.stream, one.version, one.digest) for one in self._log()]
        hashes = [one.hash for one in log]

        def node(height: int, index: int) -> bytes:
            return merkle.whole(hashes[index << height : (index + 1) << height])

        root = merkle.root(len(log), node).hex()
        seal = Seal(
            number=1,
            position=log[-1].position,
            size=len(log),
            root=root,
            sealed_at=MADE_AT,
            previous="",
            key=key_id(self.public_key),
        )
        document = SealDocument.of(seal, self.key.sign(seal.canonical), self.public_key)

        def proof(stream: UUID) -> dict[str, Any]:
            index = max(place for place, leaf in enumerate(log) if leaf.stream == stream)
            leaf, path = LeafDocument(**log[index]._asdict()), merkle.inclusion(index, len(log), node)
            told = Proof(seal=document, leaf=leaf, index=index, path=[one.hex() for one in path])
            plain: dict[str, Any] = told.model_dump(mode="json")
            return plain

        return {**proof(self.ticket), "proofs": {"contract": proof(contract)}}
