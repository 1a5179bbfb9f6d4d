"""What happens to every request about tickets, whatever its route."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable

import pytest
from fastapi import Depends, FastAPI, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from api.frame import AccessLog, Failsafe, frame
from api.incoming import BodyLimit
from api.problems import CredentialRefused, install
from api.security.principal import Principal
from tests.api.asking import ask

GOOD = {"Authorization": "Bearer good-1"}
ALSO_GOOD = {"Authorization": "Bearer good-2"}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def known(request: Request) -> None:
    credential = request.headers.get("authorization", "")
    if not credential.startswith("Bearer good"):
        raise CredentialRefused("not good")
    request.state.principal = Principal.admitted(credential[-1], "agent", None, via="key:abc")


def desk(**settings) -> FastAPI:
    app = FastAPI(middleware=frame(**settings))
    install(app)

    @app.get("/v1/tickets/{number}", dependencies=[Depends(known)])
    def ticket(number: int, request: Request):
        return {"number": number, "request_id": request.state.request_id}

    @app.get("/health")
    def health():
        return "well"

    @app.get("/page")
    def page():
        return Response("a page", headers={"Cache-Control": "max-age=60"})

    @app.get("/lost")
    def lost(said: str = ""):
        raise RuntimeError(said)

    @app.post("/v1/tickets")
    async def opened(request: Request):
        return {"bytes": len(await request.body())}

    @app.post("/v1/import")
    async def imported(request: Request):
        return {"bytes": sum([len(chunk) async for chunk in request.stream()])}

    @app.post("/v1/json")
    def told(command: dict[str, str]):
        return command

    @app.post("/v1/unread")
    def unread():
        return "as you like"

    @app.get("/v1/stream")
    def stream():
        return StreamingResponse((f"data: {number}\n\n" for number in range(3)), media_type="text/event-stream")

    return app


# --- ids, headers, log lines ----------------------------------------------------------------------------------------------


def test_a_request_keeps_the_id_that_its_sender_gave_it():
    answer = ask(desk(), "GET", "/v1/tickets/7", headers=GOOD | {"X-Request-ID": "trace-42.a_b"})

    assert ("trace-42.a_b", "trace-42.a_b") == (answer.headers["x-request-id"], answer.json()["request_id"])


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, '{"a":1}', "-a", "käse".encode(), "a/b"])
def test_an_id_that_is_no_plain_word_is_replaced(given):
    told = ask(desk(), "GET", "/health", headers={"X-Request-ID": given}).headers["x-request-id"]

    assert 32 == len(told)


def test_two_requests_without_an_id_get_two():
    app = desk()
    first, second = (ask(app, "GET", "/health").headers["x-request-id"] for _ in range(2))

    assert first != second


def test_answers_are_for_the_asker_only():
    headers = ask(desk(), "GET", "/health").headers

    assert ("no-store", "nosniff", "DENY") == (
        headers["cache-control"],
        headers["x-content-type-options"],
        headers["x-frame-options"],
    )


def test_what_a_route_says_of_its_own_answer_stands():
    assert "max-age=60" == ask(desk(), "GET", "/page").headers["cache-control"]


def test_refusals_carry_the_safe_headers_too():
    headers = ask(desk(), "GET", "/lost").headers

    assert ("no-store", "nosniff") == (headers["cache-control"], headers["x-content-type-options"])


def test_a_request_leaves_one_line_without_its_secrets(caplog):
    caplog.set_level(logging.INFO, "ticketclock")
    headers = GOOD | {"X-Request-ID": "r-1", "Cookie": "session=swordfish"}
    ask(desk(clock=Clock()), "GET", "/v1/tickets/7?token=swordfish", headers=headers)

    assert [
        {
            "method": "GET",
            "route": "/v1/tickets/{number}",
            "status": 200,
            "ms": 0.0,
            "request_id": "r-1",
            "principal": "1",
        }
    ] == [json.loads(line.message) for line in caplog.records if line.name == "ticketclock.access"]
    assert "swordfish" not in caplog.text
    assert "good-1" not in caplog.text


def test_a_path_that_nobody_serves_is_not_written_down(caplog):
    caplog.set_level(logging.INFO, "ticketclock")
    ask(desk(), "GET", "/swordfish%0Aforged")

    assert "swordfish" not in caplog.text
    assert "forged" not in caplog.text


def test_what_nobody_expected_is_logged_by_name_and_place_but_not_in_its_words(caplog):
    caplog.set_level(logging.INFO, "ticketclock")
    answer = ask(desk(), "GET", "/lost?said=swordfish", headers={"X-Request-ID": "r-2"})

    assert 500 == answer.status_code
    assert "request r-2: RuntimeError" in caplog.text
    assert "in lost" in caplog.text
    assert "swordfish" not in "".join(
        line.getMessage() for line in caplog.records if line.name.startswith("ticketclock")
    )


def test_an_answer_that_breaks_off_is_not_answered_twice(caplog):
    sent = []

    async def begins(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("midway")

    async def send(message) -> None:
        sent.append(message["type"])

    asyncio.run(Failsafe(begins)({"type": "http", "state": {}}, nothing_comes, send))

    assert ["http.response.start"] == sent


def test_a_stream_passes_as_it_is():
    assert "data: 0\n\ndata: 1\n\ndata: 2\n\n" == ask(desk(), "GET", "/v1/stream").text


def test_the_servers_own_messages_pass_by():
    seen = []

    async def app(scope, receive, send) -> None:
        seen.append(scope["type"])

    asyncio.run(AccessLog(app, clock=Clock())({"type": "lifespan"}, nothing_comes, nothing_goes))

    assert ["lifespan"] == seen


# --- how often ------------------------------------------------------------------------------------------------------------


def statuses(app: FastAPI, times: int, path: str = "/v1/tickets/7", **more) -> list[int]:
    return [ask(app, "GET", path, **more).status_code for _ in range(times)]


def test_more_requests_than_allowed_are_turned_away_until_time_has_passed():
    clock = Clock()
    app = desk(rate=0.5, burst=2, clock=clock)

    assert [200, 200, 429] == statuses(app, 3, "/page")
    assert "2" == ask(app, "GET", "/page").headers["retry-after"]
    clock.now = 2.0
    assert [200, 429] == statuses(app, 2, "/page")


def test_one_address_does_not_use_up_anothers_requests():
    app = desk(rate=1, burst=1, clock=Clock())

    assert [200, 429] == statuses(app, 2, "/page")
    assert [200] == statuses(app, 1, "/page", client="203.0.113.8")


def test_a_good_credential_has_requests_of_its_own_behind_a_shared_address():
    app = desk(rate=1, burst=3, clock=Clock())
    statuses(app, 1, headers=GOOD)
    statuses(app, 1, headers=ALSO_GOOD)

    assert [401, 429] == statuses(app, 2, headers={"Authorization": "Bearer bad"})
    assert [200, 200, 200, 429] == statuses(app, 4, headers=GOOD)
    assert [200, 200, 200, 429] == statuses(app, 4, headers=ALSO_GOOD)


def test_changing_made_up_credentials_gives_no_further_requests():
    app = desk(rate=1, burst=2, clock=Clock())
    made_up = ({"Authorization": f"Bearer bad-{number}"} for number in range(4))

    assert [401, 401, 429, 429] == [statuses(app, 1, headers=headers)[0] for headers in made_up]


def test_a_credential_that_is_good_no_longer_counts_with_its_address_again():
    app = desk(rate=1, burst=2, clock=Clock())
    withdrawn = False

    def until_withdrawn(request: Request) -> None:
        if withdrawn:
            raise CredentialRefused("not good")
        known(request)

    app.dependency_overrides[known] = until_withdrawn
    assert [200, 200] == statuses(app, 2, headers=GOOD)
    withdrawn = True

    assert [401] == statuses(app, 1, headers=GOOD)
    assert [401, 429] == statuses(app, 2, headers=GOOD)


def test_the_addresses_of_one_ipv6_network_count_as_one():
    app = desk(rate=1, burst=1, clock=Clock())

    assert [200] == statuses(app, 1, "/page", client="2001:db8::1")
    assert [429] == statuses(app, 1, "/page", client="2001:db8::2")
    assert [200] == statuses(app, 1, "/page", client="2001:db8:0:1::1")


def test_machines_that_watch_over_the_service_ask_as_often_as_they_like():
    app = desk(rate=1, burst=1, unlimited={"/health"}, clock=Clock())

    assert [200, 200, 200] == statuses(app, 3, "/health")


# --- how much -------------------------------------------------------------------------------------------------------------


def chunks(*sizes: int) -> Callable[[], AsyncIterator[bytes]]:
    async def stream() -> AsyncIterator[bytes]:
        for size in sizes:
            yield b"x" * size

    return stream


def test_a_body_as_long_as_allowed_is_read():
    answer = ask(desk(body_limit=100), "POST", "/v1/tickets", content=b"x" * 100)

    assert (200, 100) == (answer.status_code, answer.json()["bytes"])


async def never_ends() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.sleep(60)


async def read_by_mistake() -> AsyncIterator[bytes]:
    raise AssertionError("nothing was to be read")
    yield b""


def test_a_body_that_says_it_is_too_long_is_not_read():
    headers = {"Content-Length": "101"}
    answer = ask(desk(body_limit=100), "POST", "/v1/tickets", content=read_by_mistake(), headers=headers)

    assert (413, "/problems/too-large", "the body is longer than 100 bytes") == (
        answer.status_code,
        answer.json()["type"],
        answer.json()["detail"],
    )


@pytest.mark.parametrize("path", ["/v1/tickets", "/v1/json", "/v1/import"])
def test_a_body_that_turns_out_too_long_is_refused_however_the_route_reads_it(path):
    headers = {"Content-Type": "application/json"}
    answer = ask(desk(body_limit=100), "POST", path, content=chunks(60, 60)(), headers=headers)

    assert (413, "/problems/too-large") == (answer.status_code, answer.json()["type"])


@pytest.mark.parametrize("length", ["9" * 5000, "²", "-1", "abc"])
def test_a_length_that_is_a_lie_or_no_number_gets_no_body_past_the_limit(length):
    answer = ask(
        desk(body_limit=100),
        "POST",
        "/v1/tickets",
        content=chunks(101)(),
        headers={"Content-Length": length.encode()},
    )

    assert 413 == answer.status_code


def test_a_body_that_nobody_asks_for_is_in_nobodys_way():
    assert "as you like" == ask(desk(body_limit=100), "POST", "/v1/unread", content=b"x" * 101).json()


@pytest.mark.parametrize("path", ["/v1/tickets", "/v1/json", "/v1/import"])
def test_a_body_that_never_ends_is_given_up_however_the_route_reads_it(path):
    headers = {"Content-Type": "application/json"}
    answer = ask(desk(body_seconds=0.01), "POST", path, content=never_ends(), headers=headers)

    assert (408, "/problems/body-late", "close") == (
        answer.status_code,
        answer.json()["type"],
        answer.headers["connection"],
    )


def test_what_comes_after_a_body_may_come_as_late_as_it_likes():
    async def waits(scope, receive, send) -> None:
        await receive()
        heard.append(await receive())

    async def heard_of_it() -> None:
        messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive():
            if (message := next(messages, None)) is None:
                await asyncio.sleep(0.02)
                return {"type": "http.disconnect"}
            return message

        scope = {"type": "http", "path": "/", "headers": []}
        await BodyLimit(waits, limit=100, seconds=0.001)(scope, receive, nothing_goes)

    heard: list[Message] = []
    asyncio.run(heard_of_it())

    assert ["http.disconnect"] == [one["type"] for one in heard]


def test_an_import_may_be_longer_than_a_command():
    app = desk(body_limit=100, larger_bodies={"/v1/import": 1000})

    assert 200 == ask(app, "POST", "/v1/import", content=b"x" * 1000).status_code
    assert 413 == ask(app, "POST", "/v1/import", content=b"x" * 1001).status_code


async def nothing_comes():
    raise AssertionError("nothing was to be read")


async def nothing_goes(message) -> None:
    raise AssertionError("nothing was to be sent")


def test_a_caller_who_hangs_up_in_the_middle_is_no_fault_of_the_service(caplog):
    async def hang_up() -> list[Message]:
        heard = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
        answered: list[Message] = []

        async def receive():
            return next(heard)

        async def send(message):
            answered.append(message)

        scope = {"type": "http", "method": "POST", "path": "/v1/tickets", "headers": [], "query_string": b""}
        await desk()({**scope, "client": ("192.0.2.7", 1), "scheme": "http", "server": ("desk", 80)}, receive, send)
        return answered

    with caplog.at_level(logging.INFO):
        assert [] == asyncio.run(hang_up())

    assert [] == [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert any("hung up" in one.getMessage() for one in caplog.records)
