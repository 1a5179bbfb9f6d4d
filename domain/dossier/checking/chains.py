"""Do the stored events follow each other, and does the last of each history stand in the sealed log?"""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.dossier.checking.finding import Finding, fails, holds
from domain.dossier.stored import StoredLine, breaks, read_lines
from domain.dossier.texts import canonical, strict
from domain.seals.proof import Proof, check_proof
from domain.seals.seal import IsSigned

PROOF = "proof.json"

STREAMS: Mapping[str, str] = {"history": "history.jsonl", "contract": "contract.jsonl", "dispute": "dispute.jsonl"}
"""The histories of a dossier, each with its file."""


def events_of(content: bytes) -> list[StoredLine]:
    """The stored events of a file. Raises ValueError."""
    return [one for one, _ in read_lines(content)]


def check_chain(name: str, content: bytes) -> Iterator[Finding]:
    events = list(read_lines(content))
    if not events:
        yield fails(name, "holds no event")
        return
    broken = list(breaks(events))
    yield from (fails(name, one) for one in broken)
    if not broken:
        yield holds(name, f"{_counted(len(events))} {events[-1][0].digest[:12]}…")


def _counted(events: int) -> str:
    return (
        f"{events} events, each bound to the one before it, from the first to" if events > 1 else "1 event, the first:"
    )


def check_proofs(
    files: Mapping[str, bytes], is_signed: IsSigned, public_key: bytes | None, signed_by: str
) -> Iterator[Finding]:
    """The last event of each history in the sealed log. `signed_by` is the key that signed the dossier (hexadecimal)."""
    told = strict(files[PROOF])
    others = told.pop("proofs", {})
    for stream, document in {"history": told, **others}.items():
        yield from _check(files, stream, document, is_signed, public_key, signed_by)
    for stream, name in STREAMS.items():
        if name in files and stream not in {"history", *others}:
            yield fails(PROOF, f"says nothing of {name}")


def _check(
    files: Mapping[str, bytes],
    stream: str,
    document: Any,
    is_signed: IsSigned,
    public_key: bytes | None,
    signed_by: str,
) -> Iterator[Finding]:
    name = STREAMS[stream]
    proof = Proof.model_validate_json(canonical(document))
    head = events_of(files[name])[-1]
    problems = check_proof(proof, is_signed, public_key)
    leaf = proof.leaf
    if (leaf.position, leaf.stream, leaf.version, leaf.digest) != (
        head.position,
        head.stream,
        head.version,
        head.digest,
    ):
        problems.append(f"it is about another event than the last one of {name}")
    if proof.seal.public_key != signed_by:
        problems.append("the seal is of another key than the dossier's signature")
    yield from (fails(PROOF, f"{name}: {problem}") for problem in problems)
    if not problems:
        seal = proof.seal.seal
        yield holds(
            PROOF,
            f"{name}: event {head.version} is in the log as sealed on {seal.sealed_at} (seal {seal.number}, key {seal.key})",
        )
