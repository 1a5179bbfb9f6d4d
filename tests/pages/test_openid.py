"""Signing in at an OpenID provider: who comes in, and who does not whatever they bring back."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from threading import Event, Semaphore
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from api.app import create_app, framed
from api.pages.door.openid import COOKIE as QUESTION
from api.pages.door.session import COOKIE as SESSION
from api.problems import Unavailable
from api.security import Gate
from api.security.openid import CODES_AT_ONCE, RETRY_SECONDS, Client, Provider, Question
from api.security.tokens import Issuer, KeySet, Tokens
from domain.refusals import Refusal
from tests.api.house import Http, Town
from tests.api.security.provider import AUDIENCE, ISSUER, KEY_SET, NOON, OTHER_RSA, token

CLIENT = Client("desk-pages", "s3cret")
PATIENCE_SECONDS = 30.0
CALLBACK = "http://desk.test/sign-in/openid/callback"


@dataclass
class Identities:
    """A provider at which whoever is asked is signed in already; each of its codes is good once."""

    claims: dict[str, Any] = field(default_factory=lambda: {"aud": [CLIENT.id, AUDIENCE]})
    endpoints: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    is_away: bool = False
    signs: dict[str, Any] = field(default_factory=dict)
    access: dict[str, Any] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def signs_in(self, address: str) -> dict[str, str]:
        """What the browser is sent back with."""
        assert address.startswith("https://id.example/authorize?")
        asked = dict(parse_qsl(urlsplit(address).query))
        assert {"code", "openid profile", "S256"} == {
            asked["response_type"],
            asked["scope"],
            asked["code_challenge_method"],
        }
        self.asked.append(asked)
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": ISSUER}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("refused")
        if request.url.path == "/.well-known/openid-configuration":
            told = {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
            }
            return httpx.Response(200, json=told | self.endpoints)
        return self._changed(request)

    def _changed(self, request: httpx.Request) -> httpx.Response:
        told = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        asked = self.codes.pop(told["code"], None)
        login = "Basic " + b64encode(f"{CLIENT.id}:{CLIENT.secret}".encode()).decode()
        if asked is None or _challenge(told["code_verifier"]) != asked["code_challenge"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        assert (CALLBACK, "authorization_code", login) == (
            told["redirect_uri"],
            told["grant_type"],
            request.headers["authorization"],
        )
        answer = {"token_type": "Bearer", "id_token": token(**({"nonce": asked["nonce"]} | self.claims), **self.signs)}
        if self.access is not None:
            answer["access_token"] = token(**self.access)
        return httpx.Response(200, json=answer)


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Browser:
    """Keeps cookies, and follows nothing by itself."""

    http: Http
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **parameters: str) -> httpx.Response:
        told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.http.request("GET", path, params=parameters, headers={"Cookie": told})
        for name, value in response.cookies.items():
            self.cookies[name] = value.strip('"')
        for line in response.headers.get_list("set-cookie"):
            if "Max-Age=0" in line:
                self.cookies.pop(line.partition("=")[0], None)
        return response

    def goes(self, then: str = "/") -> str:
        """To the provider: the address."""
        response = self.get("/sign-in/openid", then=then)
        assert 303 == response.status_code, response.text
        return response.headers["location"]

    def comes_back(self, **told: str) -> httpx.Response:
        return self.get("/sign-in/openid/callback", **told)


@pytest.fixture
def identities() -> Identities:
    return Identities()


@pytest.fixture
def browser(town: Town, identities: Identities) -> Iterator[Browser]:
    town.clock.at = NOON
    issuer, key_set = Issuer(ISSUER, AUDIENCE, "unused"), KeySet(lambda: KEY_SET)
    gate = Gate(town.house.gate.keys, Tokens(issuer, key_set), town.clock)
    provider = Provider(issuer, CLIENT, key_set, httpx.Client(transport=httpx.MockTransport(identities)))
    house = replace(town.house, gate=gate)
    app = create_app(house, now=town.clock, middleware=framed(rate=100_000, burst=100_000), openid=provider)
    with closing(Http(app)) as http:
        yield Browser(http)


def test_whoever_the_provider_knows_comes_in_and_sees_the_page_that_was_asked_for(
    browser: Browser, identities: Identities
):
    page = browser.get("/sign-in", then="/agreements?plan=gold")
    assert "/sign-in/openid?then=/agreements%3Fplan%3Dgold" in page.text

    response = browser.comes_back(**identities.signs_in(browser.goes("/agreements?plan=gold")))

    assert (303, "/agreements?plan=gold") == (response.status_code, response.headers["location"])
    assert {SESSION} == browser.cookies.keys()
    page = browser.get("/agreements")
    assert 200 == page.status_code
    assert "ann" in page.text


def test_where_no_provider_is_set_up_there_is_no_button(town: Town):
    assert "/sign-in/openid" not in town.http.request("GET", "/sign-in").text
    assert 404 == town.http.request("GET", "/sign-in/openid").status_code
    assert 404 == town.http.request("GET", "/sign-in/openid/callback").status_code


def test_every_question_is_another_one(browser: Browser, identities: Identities):
    for _ in range(2):
        identities.signs_in(browser.goes())

    first, second = identities.asked
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize("then", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_signing_in_leads_nowhere_else(browser: Browser, identities: Identities, then: str):
    response = browser.comes_back(**identities.signs_in(browser.goes(then)))

    assert "/" == response.headers["location"]


def refused(browser: Browser, response: httpx.Response, says: str, status: int = 401) -> None:
    assert status == response.status_code, response.text
    assert says in response.text
    assert SESSION not in browser.cookies
    assert 'name="key"' in response.text


def test_an_answer_to_a_question_of_another_browser_opens_nothing(browser: Browser, identities: Identities):
    back = identities.signs_in(browser.goes())

    refused(browser, Browser(browser.http).comes_back(**back), "another browser")


def test_an_answer_with_another_state_opens_nothing(browser: Browser, identities: Identities):
    back = identities.signs_in(browser.goes())

    refused(browser, browser.comes_back(**back | {"state": "made-up"}), "another question")


def test_an_answer_of_another_provider_opens_nothing(browser: Browser, identities: Identities):
    back = identities.signs_in(browser.goes())

    refused(browser, browser.comes_back(**back | {"iss": "https://id.example.evil"}), "another provider")


def test_who_takes_too_long_signs_in_once_more(browser: Browser, identities: Identities, town: Town):
    back = identities.signs_in(browser.goes())
    town.clock.goes_on(minutes=10, seconds=2)

    refused(browser, browser.comes_back(**back), "took too long")


def test_a_code_is_good_once(browser: Browser, identities: Identities):
    address = browser.goes()
    question, back = browser.cookies[QUESTION], identities.signs_in(address)
    assert 303 == browser.comes_back(**back).status_code
    browser.cookies = {QUESTION: question}

    refused(browser, browser.comes_back(**back), "does not accept the code")


def test_a_code_of_somebody_elses_question_is_worth_nothing(browser: Browser, identities: Identities):
    """Whoever puts their own code into another's browser does not know the verifier that it was asked with."""
    stolen = identities.signs_in(browser.goes())["code"]
    own = identities.signs_in(browser.goes())

    refused(browser, browser.comes_back(**own | {"code": stolen}), "does not accept the code")


def test_a_token_for_another_question_opens_nothing(browser: Browser, identities: Identities):
    identities.claims["nonce"] = "of-yesterday"

    refused(browser, browser.comes_back(**identities.signs_in(browser.goes())), "another question")


@pytest.mark.parametrize(
    "claims",
    [{"aud": "somebody-else"}, {"aud": AUDIENCE}, {"iss": "https://id.example.evil"}, {"exp": NOON.timestamp() - 60}],
)
def test_a_token_that_is_not_for_here_opens_nothing(browser: Browser, identities: Identities, claims: dict[str, Any]):
    identities.claims |= claims

    refused(browser, browser.comes_back(**identities.signs_in(browser.goes())), "not good")


def test_a_token_that_the_provider_did_not_sign_opens_nothing(browser: Browser, identities: Identities):
    identities.signs = {"algorithm": "RS256", "key": OTHER_RSA}

    refused(browser, browser.comes_back(**identities.signs_in(browser.goes())), "not good")


def test_who_has_no_role_here_is_told_so(browser: Browser, identities: Identities):
    identities.claims["ticketclock_role"] = "gardener"

    refused(browser, browser.comes_back(**identities.signs_in(browser.goes())), "no role of this service", 403)


def test_a_token_for_programs_opens_the_pages_where_the_one_about_people_has_no_role(
    browser: Browser, identities: Identities
):
    identities.claims = {"aud": CLIENT.id, "ticketclock_role": None}
    identities.access = {}

    assert 303 == browser.comes_back(**identities.signs_in(browser.goes())).status_code
    assert 200 == browser.get("/agreements").status_code


def test_a_token_longer_than_a_browser_keeps_is_refused_in_words(browser: Browser, identities: Identities):
    identities.claims["groups"] = ["a group with a long name"] * 200

    refused(browser, browser.comes_back(**identities.signs_in(browser.goes())), "longer than a browser keeps", 403)


def test_who_says_no_at_the_provider_can_try_again(browser: Browser):
    browser.goes("/agreements")
    state = Browser(browser.http, dict(browser.cookies))

    refused(browser, state.comes_back(error="access_denied", state="made-up"), "another question")
    assert "access_denied" not in state.comes_back(error="<b>", state="x").text


def test_what_the_provider_says_is_shown_as_text(browser: Browser, identities: Identities):
    back = identities.signs_in(browser.goes())

    response = browser.comes_back(error="<b>access_denied</b>", state=back["state"])

    refused(browser, response, "&lt;b&gt;access_denied")


def test_a_session_ends_with_its_token(browser: Browser, identities: Identities, town: Town):
    browser.comes_back(**identities.signs_in(browser.goes()))
    town.clock.goes_on(minutes=11)

    assert 303 == browser.get("/agreements").status_code


def test_the_cookie_of_a_question_is_no_session(browser: Browser):
    browser.goes()

    stranger = Browser(browser.http, {SESSION: browser.cookies[QUESTION]})

    assert 303 == stranger.get("/agreements").status_code


# --- the provider -----------------------------------------------------------------------------------------------------


def provider(identities: Callable[[httpx.Request], httpx.Response], clock: list[float] | None = None) -> Provider:
    http = httpx.Client(transport=httpx.MockTransport(identities))
    times = clock or [0.0]
    return Provider(Issuer(ISSUER, AUDIENCE, "unused"), CLIENT, KeySet(lambda: KEY_SET), http, lambda: times[0])


def test_a_provider_that_is_away_is_said_to_be(browser: Browser, identities: Identities):
    identities.is_away = True

    assert 503 == browser.get("/sign-in/openid").status_code


def test_where_a_provider_is_asked_is_known_for_a_while_and_for_longer_when_it_is_away(identities: Identities):
    clock = [0.0]
    known = provider(identities, clock)
    question = Question.new("/")
    before = known.address(question, CALLBACK)
    identities.endpoints = {"authorization_endpoint": f"{ISSUER}/elsewhere"}
    assert before == known.address(question, CALLBACK)

    clock[0], identities.is_away = 601.0, True
    assert before == known.address(question, CALLBACK)

    identities.is_away = False
    assert before == known.address(question, CALLBACK)
    clock[0] += RETRY_SECONDS
    assert known.address(question, CALLBACK).startswith(f"{ISSUER}/elsewhere?")


class Silent:
    """A provider that says where it is asked, perhaps, and does not answer otherwise for as long as nobody lets it."""

    def __init__(self, identities: Identities, *, is_known: bool) -> None:
        self.asked: list[str] = []
        self.reached = Semaphore(0)
        self.answers = Event()
        self._identities = identities
        self._is_known = is_known

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self._is_known and request.method == "GET":
            return self._identities(request)
        self.asked.append(request.url.path)
        self.reached.release()
        self.answers.wait(PATIENCE_SECONDS)
        raise httpx.ReadTimeout("nothing came")


@contextmanager
def kept_waiting(silent: Silent, ask: Callable[[], object], askers: int) -> Iterator[None]:
    """So many have asked, and wait for what it says, which is nothing in the end."""
    with ThreadPoolExecutor(askers) as threads:
        asking = [threads.submit(ask) for _ in range(askers)]
        try:
            assert all(silent.reached.acquire(timeout=PATIENCE_SECONDS) for _ in asking)
            yield
        finally:
            silent.answers.set()
        assert {Unavailable} == {type(one.exception()) for one in asking}


def test_nobody_else_waits_while_somebody_waits_for_a_provider_that_does_not_answer(identities: Identities):
    clock, question, silent = [0.0], Question.new("/"), Silent(identities, is_known=False)
    asked = provider(silent, clock)
    with kept_waiting(silent, lambda: asked.address(question, CALLBACK), 1):
        for _ in range(32):
            with pytest.raises(Unavailable, match="does not answer"):
                asked.address(question, CALLBACK)
    with pytest.raises(Unavailable):
        asked.address(question, CALLBACK)
    assert 1 == len(silent.asked)

    clock[0] += RETRY_SECONDS
    with pytest.raises(Unavailable):
        asked.address(question, CALLBACK)
    assert 2 == len(silent.asked)


def test_a_few_wait_with_their_codes_for_a_provider_that_does_not_answer_and_nobody_else(identities: Identities):
    question, silent = Question.new("/"), Silent(identities, is_known=True)
    asked = provider(silent)
    asked.address(question, CALLBACK)
    with kept_waiting(silent, lambda: asked.tokens(question, "code", CALLBACK, NOON), CODES_AT_ONCE):
        for _ in range(32):
            with pytest.raises(Unavailable, match="too many people"):
                asked.tokens(question, "code", CALLBACK, NOON)

    with pytest.raises(Unavailable, match="does not answer"):
        asked.tokens(question, "code", CALLBACK, NOON)
    assert CODES_AT_ONCE + 1 == len(silent.asked)


@pytest.mark.parametrize(
    "endpoints",
    [
        {"issuer": "https://id.example.evil"},
        {"authorization_endpoint": "http://id.example/authorize"},
        {"token_endpoint": "http://id.example/token"},
        {"token_endpoint": ""},
    ],
)
def test_a_provider_that_names_unsafe_places_is_not_asked(identities: Identities, endpoints: dict[str, str]):
    identities.endpoints = endpoints

    with pytest.raises(Unavailable):
        provider(identities).address(Question.new("/"), CALLBACK)


SET_UP = {
    "TICKETCLOCK_OIDC_ISSUER": ISSUER,
    "TICKETCLOCK_OIDC_AUDIENCE": AUDIENCE,
    "TICKETCLOCK_OIDC_JWKS_URL": f"{ISSUER}/keys",
    "TICKETCLOCK_OIDC_CLIENT_ID": "desk-pages",
}


def test_without_a_client_people_sign_in_with_keys():
    assert Provider.from_environment({}) is None
    assert Provider.from_environment(SET_UP | {"TICKETCLOCK_OIDC_CLIENT_ID": ""}) is None


def test_a_client_is_set_up_beside_its_provider():
    more = {"TICKETCLOCK_OIDC_CLIENT_SECRET": "s3cret", "TICKETCLOCK_OIDC_CALLBACK_URL": "https://desk.example/back"}
    found = Provider.from_environment(SET_UP | more)

    assert found is not None
    assert Client("desk-pages", "s3cret", "https://desk.example/back") == found.client


def test_a_client_without_a_provider_is_refused():
    with pytest.raises(Refusal, match="TICKETCLOCK_OIDC_ISSUER is missing"):
        Provider.from_environment({"TICKETCLOCK_OIDC_CLIENT_ID": "desk-pages"})


def test_a_provider_on_an_open_line_is_refused():
    with pytest.raises(Refusal, match="write https"):
        Provider.from_environment(SET_UP | {"TICKETCLOCK_OIDC_ISSUER": "http://id.example"})
