"""All checks of a dossier, in the order in which one rests on the other."""

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime
from functools import partial

from domain.casefile import Lookup, read_case
from domain.desk.envelope import Filed
from domain.dossier.checking.answers import (
    DIFFERENCES,
    NOW,
    TERMS,
    THEN,
    check_differences,
    check_replay,
    replays_in,
)
from domain.dossier.checking.chains import PROOF, STREAMS, check_chain, check_proofs, events_of
from domain.dossier.checking.dispute import DISPUTE, check_argument, check_said
from domain.dossier.checking.files import check_files, check_signature
from domain.dossier.checking.finding import UNSOUND, Finding, fails, guarded
from domain.dossier.checking.record import AGREEMENT, CASE, check_record, check_terms, stored_ticket
from domain.dossier.manifest import MANIFEST, SIGNATURE, Manifest, Signature
from domain.dossier.packing import Unpacked
from domain.dossier.redaction import marked
from domain.dossier.texts import strict
from domain.instants import micros
from domain.seals.seal import IsSigned


def findings(
    dossier: Unpacked, find: Lookup, is_signed: IsSigned, public_key: bytes | None = None
) -> Iterator[Finding]:
    """What holds of a dossier and what does not. Raises nothing for whatever is in it.

    `find` reads an agreement's document; `public_key` is the signer's as it came another way, if it did.
    """
    files = dossier.files
    yield from (fails(place, says) for place, says in dossier.damaged)
    manifest = yield from _manifest(files)
    if manifest is None:
        return
    yield from guarded(SIGNATURE, partial(check_signature, files, is_signed, public_key))
    yield from check_files(files, manifest)
    for name in STREAMS.values():
        if name in files:
            yield from guarded(name, partial(check_chain, name, files[name]))
    signer = _signer(files)
    yield from guarded(PROOF, partial(check_proofs, files, is_signed, public_key, signer))
    yield from guarded("history.jsonl", partial(_of_ticket, files, manifest, find))


def _manifest(files: Mapping[str, bytes]) -> Generator[Finding, None, Manifest | None]:
    """Returns the manifest, or None where there is none that can be read."""
    found = None
    if MANIFEST not in files:
        yield fails(MANIFEST, "there is no manifest.json in it: this is no dossier")
    else:
        try:
            strict(files[MANIFEST])
            found = Manifest.model_validate_json(files[MANIFEST])
        except UNSOUND:
            yield fails(MANIFEST, "cannot be read: it is not as it was signed")
    return found


def _signer(files: Mapping[str, bytes]) -> str:
    try:
        return Signature.model_validate(strict(files[SIGNATURE])).public_key
    except UNSOUND:
        return ""


def _of_ticket(files: Mapping[str, bytes], manifest: Manifest, find: Lookup) -> Iterator[Finding]:
    ticket = stored_ticket(files)
    filed = ticket.filed
    if manifest.ticket != str(ticket.id):
        yield fails(MANIFEST, f"is about another ticket than history.jsonl, which is that of {ticket.id}")
    yield from guarded(MANIFEST, partial(_instants, files, manifest))
    yield from guarded(AGREEMENT, partial(check_terms, files, filed))
    document = strict(files[CASE])
    case = read_case(document, find, place=CASE)
    yield from guarded(CASE, partial(check_record, files, case, ticket, is_redacted=manifest.redacted))
    if "dispute.jsonl" in files:
        yield from guarded(DISPUTE, partial(check_said, files, is_redacted=manifest.redacted))
        yield from guarded(DISPUTE, partial(check_argument, files, manifest, document, find))
    yield from guarded(TERMS, partial(_answers, files, document, filed, find))


def _instants(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[Finding]:
    """Those of the answers, and that nothing was recorded after it was made."""
    then, now = strict(files[THEN]), strict(files[NOW])
    if (manifest.as_of, manifest.known_at) != (now["as_of"], then["known_at"]):
        yield fails(MANIFEST, f"names another instant than {NOW} and {THEN}")
    stored = (one for name in STREAMS.values() if name in files for one in marked(events_of(files[name])))
    if micros(datetime.fromisoformat(manifest.made_at)) < max(one.recorded_at for one in stored):
        yield fails(MANIFEST, "says that it was made before the last event in it was recorded")


def _answers(files: Mapping[str, bytes], case: Mapping[str, object], filed: Filed, find: Lookup) -> Iterator[Finding]:
    if NOW not in files:
        yield fails(NOW, "is missing")
    terms = strict(files[TERMS])
    for name in replays_in(files):
        yield from guarded(name, partial(check_replay, name, files[name], case, terms, filed, find))
    if DIFFERENCES in files:
        yield from guarded(DIFFERENCES, partial(check_differences, files[DIFFERENCES], files, case, find))
