"""The seal that a dossier stands under, and how all of it is checked."""

from collections.abc import Iterator

from api.dossier.parts import Facts, Part, Says
from api.dossier.told import Told
from api.pages.texts import say


def seal(told: Told) -> Iterator[Part]:
    seal, leaf = told.proof.seal, told.proof.leaf
    yield Says(say("dossier.seal.lead"))
    facts = [
        ("event", say("dossier.seal.event_says", version=leaf.version, position=leaf.position, digest=leaf.digest)),
        ("number", say("dossier.seal.number_says", number=seal.seal.number, at=seal.seal.sealed_at)),
        ("position", say("dossier.seal.position_says", position=seal.seal.position, size=seal.seal.size)),
        ("root", seal.seal.root),
        ("key", seal.seal.key),
        ("public_key", seal.public_key),
    ]
    yield Facts([(say(f"dossier.seal.{name}"), says) for name, says in facts])
    yield Says(say("dossier.seal.check"))
    yield Says(say("dossier.seal.checks"), "code")
    yield Says(say("dossier.seal.or"))
    yield Says(say("dossier.seal.verifies"), "code")
    yield Says(say("dossier.seal.not"))
