"""Tokens of an OpenID provider: whose they are, and which of them are good."""

import hashlib
import hmac
import json
import logging
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import jwt
import pytest

from api.problems import CredentialRefused, Forbidden, Unavailable
from api.security.tokens import Issuer, KeySet, Tokens, fetching, usable_keys
from domain.refusals import Refusal
from tests.api.security.provider import (
    ALGORITHMS,
    AUDIENCE,
    CLAIMS,
    CURVE,
    ISSUER,
    KEY_SET,
    NOON,
    OTHER_RSA,
    RSA,
    SHORT_RSA,
    Clock,
    Provider,
    pem,
    published,
    token,
    written,
)


def tokens(provider: Provider | None = None, clock: Clock | None = None) -> Tokens:
    return Tokens(Issuer(ISSUER, AUDIENCE, "unused"), KeySet(provider or Provider(), clock or Clock()))


def refused(text: str) -> None:
    with pytest.raises(CredentialRefused):
        tokens().verify(text, NOON)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_tells_whose_it_is(algorithm):
    principal = tokens().verify(token(algorithm), NOON)

    assert ("ann", "end-user", "acme", f"oidc:{ISSUER}") == (
        principal.id,
        principal.role,
        principal.customer,
        principal.via,
    )


def test_the_names_of_the_claims_are_settings():
    issuer = Issuer(ISSUER, AUDIENCE, "unused", role_claim="job", customer_claim="tenant")
    principal = Tokens(issuer, KeySet(Provider())).verify(token(job="partner", tenant="beta"), NOON)

    assert ("partner", "beta") == (principal.role, principal.customer)


def test_a_token_may_name_the_rights_that_it_carries():
    named = tokens().verify(token(ticketclock_scopes=["tickets:read", "reports:read", "keys:manage"]), NOON)

    assert {"tickets:read", "reports:read"} == named.scopes
    assert "reports:read" not in tokens().verify(token(), NOON).scopes


def test_a_token_may_be_for_several_audiences_of_which_this_is_one():
    assert "ann" == tokens().verify(token(aud=["other", AUDIENCE]), NOON).id


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"aud": ["a", "b"]},
        {"iss": "https://id.example.evil"},
        {"sub": 7},
        {"sub": {"a": 1}},
        {"ticketclock_customer": ["acme"]},
        {"ticketclock_scopes": "reports:read"},
        {"ticketclock_scopes": [7]},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"nbf": float("nan")},
        {"nbf": "yesterday"},
    ],
)
def test_a_token_that_says_something_else_opens_nothing(claims):
    refused(token(**claims))


@pytest.mark.parametrize("claim", ["exp", "iss", "aud", "sub"])
def test_a_token_that_lacks_a_claim_opens_nothing(claim):
    lacking: dict[str, Any] = {claim: None}

    refused(token(**lacking))


@pytest.mark.parametrize(("after_expiry", "is_good"), [(0, True), (29.9, True), (30, False), (3600, False)])
def test_a_token_expires_with_half_a_minute_of_grace(after_expiry, is_good):
    at = NOON + timedelta(seconds=600 + after_expiry)
    if is_good:
        assert "ann" == tokens().verify(token(), at).id
    else:
        with pytest.raises(CredentialRefused, match="expired"):
            tokens().verify(token(), at)


@pytest.mark.parametrize(("before", "is_good"), [(30, True), (31, False)])
def test_a_token_is_not_good_before_its_time(before, is_good):
    early = token(nbf=NOON.timestamp() + before)
    if is_good:
        assert "ann" == tokens().verify(early, NOON).id
    else:
        with pytest.raises(CredentialRefused, match="not valid yet"):
            tokens().verify(early, NOON)


def test_a_token_that_names_no_beginning_is_good_until_it_expires():
    assert "ann" == tokens().verify(token(nbf=None), NOON).id


def test_an_unsigned_token_opens_nothing():
    refused(written({"alg": "none", "kid": "ES256"}, CLAIMS))
    refused(written({"alg": "None", "kid": "RS256"}, CLAIMS))


@pytest.mark.parametrize("secret", [pem(RSA), json.dumps(KEY_SET["keys"][0]).encode(), b""])
def test_a_token_signed_with_the_public_key_as_a_secret_opens_nothing(secret):
    unsigned = written({"alg": "HS256", "kid": "RS256"}, CLAIMS).rpartition(".")[0]
    signature = hmac.new(secret, unsigned.encode(), hashlib.sha256).digest()

    refused(written({"alg": "HS256", "kid": "RS256"}, CLAIMS, signature))


def test_a_token_signed_by_somebody_else_opens_nothing():
    refused(token("ES256", id="RS256"))
    refused(token("RS256", key=OTHER_RSA))


def test_a_token_whose_issuer_is_a_list_opens_nothing():
    unsigned = written({"alg": "ES256", "kid": "ES256"}, CLAIMS | {"iss": [ISSUER]}).rpartition(".")[0]
    signature = jwt.get_algorithm_by_name("ES256").sign(unsigned.encode(), CURVE)

    refused(written({"alg": "ES256", "kid": "ES256"}, CLAIMS | {"iss": [ISSUER]}, signature))


def test_a_token_whose_claims_were_changed_opens_nothing():
    header, _, signature = token().split(".")
    changed = written({}, CLAIMS | {"ticketclock_role": "admin"}).split(".")[1]

    refused(f"{header}.{changed}.{signature}")


def test_a_key_that_a_token_brings_along_is_not_used():
    own = published("ES256", CURVE, "mine")
    header = {"alg": "ES256", "kid": "mine", "jwk": own, "jku": "https://evil.example/keys"}

    refused(written(header, CLAIMS, b"x" * 64))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d",
        "é.é.é",
        "e30.e30.",
        "W10.W10.AA",
        written({"alg": "ES256", "kid": ["a"]}, CLAIMS),
        written({"alg": "ES256", "kid": {"a": 1}}, CLAIMS),
        written({"alg": ["ES256"], "kid": "ES256"}, CLAIMS),
        written({"alg": "ES256", "kid": "ES256", "crit": ["x"]}, CLAIMS),
        written({"kid": "ES256"}, CLAIMS),
        written({"alg": "ES256", "kid": "ES256"}, CLAIMS, b"x" * 8000),
    ],
)
def test_what_is_no_token_opens_nothing(text):
    refused(text)


@pytest.mark.parametrize(
    "claims",
    [
        {"ticketclock_role": None},
        {"ticketclock_role": "root"},
        {"ticketclock_role": ["admin"]},
        {"ticketclock_customer": None},
        {"sub": ""},
        {"sub": "a\nb"},
    ],
)
def test_a_good_token_of_somebody_without_a_place_here_is_forbidden(claims):
    with pytest.raises(Forbidden):
        tokens().verify(token(**claims), NOON)


# --- the provider's keys --------------------------------------------------------------------------------------------------


def test_keys_are_asked_for_once_and_again_when_ten_minutes_old():
    provider, clock = Provider(), Clock()
    door = tokens(provider, clock)
    for clock.now in (0, 1, 599, 600, 601):
        door.verify(token(), NOON)

    assert 2 == provider.asked


def test_a_new_key_of_the_provider_is_fetched_when_a_token_names_it():
    provider, clock = Provider(), Clock()
    door = tokens(provider, clock)
    door.verify(token(), NOON)
    provider.key_set = {"keys": [published("RS256", RSA, "new")]}
    clock.now = 60

    assert "ann" == door.verify(token("RS256", id="new"), NOON).id


def test_a_key_that_the_provider_withdrew_is_no_longer_good_after_ten_minutes():
    provider, clock = Provider(), Clock()
    door = tokens(provider, clock)
    door.verify(token(), NOON)
    provider.key_set = {"keys": [published("RS256", RSA, "RS256")]}
    clock.now = 600

    with pytest.raises(CredentialRefused):
        door.verify(token(), NOON)


def test_made_up_key_ids_make_nobody_ask_the_provider_more_than_once_a_minute():
    provider, clock = Provider(), Clock()
    door = tokens(provider, clock)
    for clock.now in range(0, 120, 5):
        with pytest.raises(CredentialRefused):
            door.verify(token(id=f"made-up-{clock.now}"), NOON)

    assert 2 == provider.asked


def test_without_any_keys_the_service_says_that_it_cannot_tell():
    provider = Provider()
    provider.is_away = True
    door = tokens(provider)
    for _ in range(2):
        with pytest.raises(Unavailable, match="the keys of the OpenID provider cannot be had"):
            door.verify(token(), NOON)

    assert 1 == provider.asked


def test_while_the_provider_is_away_the_keys_known_last_stay_good():
    provider, clock = Provider(), Clock()
    door = tokens(provider, clock)
    door.verify(token(), NOON)
    provider.is_away, clock.now = True, 10_000

    assert "ann" == door.verify(token(), NOON).id


@pytest.mark.parametrize("document", [None, [], {}, {"keys": 7}, "keys"])
def test_what_is_no_key_set_gives_no_keys(document):
    provider = Provider()
    provider.key_set = document
    with pytest.raises(Unavailable):
        tokens(provider).verify(token(), NOON)


def test_only_public_signing_keys_of_enough_strength_are_used():
    listed = [
        7,
        {},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"},
        {"kty": "RSA", "kid": "broken"},
        published("RS256", SHORT_RSA, "short"),
        published("ES256", CURVE, "encrypting") | {"use": "enc"},
        published("RS256", RSA, "other") | {"alg": "RS512"},
        published("RS256", RSA, "number") | {"kid": 7},
        published("ES256", CURVE, "good") | {"use": "sig"},
        published("ES256", CURVE, None),
    ]

    assert {"good", None} == usable_keys({"keys": listed}).keys()


def test_a_private_key_that_was_published_by_mistake_is_not_used():
    private = json.loads(jwt.get_algorithm_by_name("ES256").to_jwk(CURVE))

    assert {} == usable_keys({"keys": [private | {"kid": "leaked"}]})


def test_keys_come_from_a_file(tmp_path):
    (tmp_path / "keys.json").write_text(json.dumps(KEY_SET))

    assert KEY_SET == fetching(str(tmp_path / "keys.json"))()


class _Publishes(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(KEY_SET).encode()
        self.send_response(200 if self.path == "/keys" else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_keys_come_from_an_address():
    with HTTPServer(("127.0.0.1", 0), _Publishes) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        address = f"http://127.0.0.1:{server.server_port}"
        try:
            assert KEY_SET == fetching(f"{address}/keys")()
            with pytest.raises(httpx.HTTPStatusError):
                fetching(f"{address}/away")()
        finally:
            server.shutdown()
            serving.join()


def test_refusing_tokens_logs_none_of_them(caplog):
    caplog.set_level(logging.DEBUG)
    provider = Provider()
    provider.is_away = True
    text = token()
    with pytest.raises(Unavailable):
        tokens(provider).verify(text, NOON)
    refused(text[:-4])

    assert text[:40] not in caplog.text
    assert "the keys of the OpenID provider cannot be had: ConnectError" in caplog.text


# --- settings -------------------------------------------------------------------------------------------------------------

SET_UP = {
    "TICKETCLOCK_OIDC_ISSUER": ISSUER,
    "TICKETCLOCK_OIDC_AUDIENCE": AUDIENCE,
    "TICKETCLOCK_OIDC_JWKS_URL": "https://id.example/keys",
}


def test_without_settings_there_is_no_provider():
    assert Issuer.from_environment({}) is None


def test_a_provider_is_set_up_by_three_settings():
    assert Issuer(ISSUER, AUDIENCE, "https://id.example/keys") == Issuer.from_environment(SET_UP)


def test_the_names_of_claims_can_be_set():
    names = {"ROLE": "job", "CUSTOMER": "tenant", "SCOPES": "may"}
    more = {f"TICKETCLOCK_OIDC_{name}_CLAIM": claim for name, claim in names.items()}
    issuer = Issuer.from_environment(SET_UP | more)

    assert issuer is not None
    assert ("job", "tenant", "may") == (issuer.role_claim, issuer.customer_claim, issuer.scopes_claim)


@pytest.mark.parametrize("missing", SET_UP)
def test_a_provider_set_up_by_halves_is_refused(missing):
    with pytest.raises(Refusal, match=f"{missing} is missing"):
        Issuer.from_environment({name: value for name, value in SET_UP.items() if name != missing})


def test_keys_that_come_unprotected_over_a_network_are_refused():
    with pytest.raises(Refusal, match="write https"):
        Issuer.from_environment(SET_UP | {"TICKETCLOCK_OIDC_JWKS_URL": "http://id.example/keys"})


@pytest.mark.parametrize("place", ["http://127.0.0.1:8080/keys", "http://[::1]/keys", "settings/keys.json"])
def test_keys_of_this_machine_need_no_protection(place):
    assert Issuer.from_environment(SET_UP | {"TICKETCLOCK_OIDC_JWKS_URL": place})
