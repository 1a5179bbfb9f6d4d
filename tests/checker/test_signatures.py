"""Ed25519 in plain arithmetic agrees with the library that signs."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from api.dossier.checker.check import ORDER, is_signed

seeds = st.binary(min_size=32, max_size=32)


def signed(seed: bytes, message: bytes) -> tuple[bytes, bytes]:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.public_key().public_bytes_raw(), key.sign(message)


@settings(max_examples=25)
@given(seeds, st.binary(max_size=300))
def test_what_the_library_signed_is_signed(seed, message):
    public_key, signature = signed(seed, message)

    assert is_signed(public_key, signature, message)


@settings(max_examples=40)
@given(seeds, st.binary(min_size=1, max_size=50), st.sampled_from(["key", "signature", "message"]), st.data())
def test_one_bit_that_was_changed_breaks_a_signature(seed, message, where, data):
    public_key, signature = signed(seed, message)
    told = {"key": public_key, "signature": signature, "message": message}
    bit = data.draw(st.integers(0, len(told[where]) * 8 - 1))
    changed = bytearray(told[where])
    changed[bit // 8] ^= 1 << bit % 8
    told[where] = bytes(changed)

    assert not is_signed(told["key"], told["signature"], told["message"])


def test_the_first_example_of_the_standard_holds():
    """RFC 8032, section 7.1, test 1: the empty message."""
    public_key = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )

    assert is_signed(public_key, signature, b"")


def test_a_second_form_of_the_same_signature_is_refused():
    """Adding the order of the group gives another text with which the equation would hold; RFC 8032, 5.1.7."""
    public_key, signature = signed(bytes(32), b"said")
    larger = int.from_bytes(signature[32:], "little") + ORDER

    assert not is_signed(public_key, signature[:32] + larger.to_bytes(32, "little"), b"said")


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_what_is_too_short_or_too_long_is_no_key(length):
    _, signature = signed(bytes(32), b"said")

    assert not is_signed(bytes(length), signature, b"said")
