"""Is every file there as it was signed, and nothing else?"""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from domain.dossier.checking.finding import Finding, fails, holds
from domain.dossier.manifest import MANIFEST, SIGNATURE, Manifest, Signature
from domain.dossier.texts import readable, strict
from domain.seals.seal import IsSigned, key_id


def check_signature(files: Mapping[str, bytes], is_signed: IsSigned, public_key: bytes | None) -> Iterator[Finding]:
    """`public_key` is one that came another way; without it, that of the dossier is believed, and the finding says so."""
    told = Signature.model_validate(strict(files[SIGNATURE]))
    brought = bytes.fromhex(told.public_key)
    if files[SIGNATURE] != readable(told.model_dump()):
        yield fails(SIGNATURE, "is not written as signatures are")
    elif told.key != key_id(brought):
        yield fails(SIGNATURE, f"names the key {told.key} and brings along the key {key_id(brought)}")
    elif not is_signed(brought, bytes.fromhex(told.signature), files[MANIFEST]):
        yield fails(SIGNATURE, f"is no signature of the key {told.key} over {MANIFEST} as it is here")
        yield fails(MANIFEST, "is not as it was signed, or the signature is not")
    elif public_key is None:
        yield holds(SIGNATURE, f"key {told.key} signed {MANIFEST}; that is the key that the dossier brings along")
    elif public_key != brought:
        yield fails(SIGNATURE, f"is of the key {told.key}, not of the key {key_id(public_key)} that was named")
    else:
        yield holds(SIGNATURE, f"key {told.key}, the one that was named, signed {MANIFEST}")


def check_files(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[Finding]:
    """Each file by its digest and size; those missing and those that nobody signed."""
    if files[MANIFEST] != manifest.bytes():
        yield fails(MANIFEST, "is not written as manifests are")
    listed, here = manifest.files, files.keys() - {MANIFEST, SIGNATURE}
    sound = 0
    for name, told in listed.items():
        if name not in files:
            yield fails(name, "is missing")
        elif len(files[name]) != told.bytes or sha256(files[name]).hexdigest() != told.sha256:
            yield fails(name, "is not as it was signed: its SHA-256 is another one")
        else:
            sound += 1
    for name in sorted(here - listed.keys()):
        yield fails(name, "was put in: nobody signed it")
    if sound == len(listed) and not here - listed.keys():
        yield holds(MANIFEST, f"all {sound} files are as they were signed")
