import json
import logging
import socket
from datetime import timedelta

import pytest

from api.outgoing.channel import Undelivered, message_id
from api.outgoing.webhook import Webhook
from domain.refusals import Refusal
from tests.outgoing.notices import NOW, PAYLOAD, TICKET, a_notice
from tests.outgoing.receiver import SECRET, is_signed, receiver


@pytest.fixture
def there():
    with receiver() as mine:
        yield mine


def send(url, notice=None, at=NOW, **settings):
    with Webhook(url, SECRET, **settings) as webhook:
        webhook.send(notice or a_notice(), at)


def problem_of(url, **settings):
    with pytest.raises(Undelivered) as caught:
        send(url, **settings)
    return str(caught.value)


def test_a_notice_is_posted_as_a_cloud_event(there):
    send(f"{there.url}/hooks?token=s3cret")

    (told,) = there.told

    assert "/hooks?token=s3cret" == told.path
    assert "application/cloudevents+json; charset=utf-8" == told.headers["content-type"]
    assert {
        "specversion": "1.0",
        "id": f"{TICKET}/3/xmpro:5-milestones/logged",
        "source": f"/v1/tickets/{TICKET}",
        "type": "ticketclock.notice.notified",
        "subject": str(TICKET),
        "time": "2024-03-04T09:00:00Z",
        "datacontenttype": "application/json",
        "data": {**PAYLOAD, "customer": "acme", "clause": "xmpro:5-milestones", "to": "customer"},
    } == json.loads(told.body)


def test_a_receiver_finds_the_signature_right_and_a_changed_body_wrong(there):
    send(there.url)

    (told,) = there.told
    forged = type(told)(told.path, told.headers, told.body.replace(b"acme", b"apex"))

    assert is_signed(told, SECRET)
    assert not is_signed(forged, SECRET)
    assert str(int(NOW.timestamp())) == told.headers["webhook-timestamp"]


def test_a_second_attempt_has_the_same_id_and_a_time_of_its_own(there):
    send(there.url)
    send(there.url, at=NOW + timedelta(minutes=1))

    first, second = there.told

    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert is_signed(second, SECRET)


def test_two_notices_have_two_ids():
    assert message_id(a_notice()) != message_id(a_notice(id=f"{TICKET}/4/xmpro:5-milestones/logged"))


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_is_one(there, status):
    there.answer = lambda told: status

    send(there.url)

    assert 1 == len(there.told)


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503])
def test_a_receiver_that_does_not_take_it_is_named_with_its_answer(there, status):
    there.answer = lambda told: status

    assert f"answered {status}" in problem_of(f"{there.url}/hooks?token=s3cret")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_not_followed(there, status):
    there.answer = lambda told: status

    assert f"answered {status}" in problem_of(there.url)
    assert ["/"] == [told.path for told in there.told]


def test_a_receiver_that_is_not_there_is_a_problem_and_no_secret_is_told():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]

        problem = problem_of(f"http://user:hunter2@127.0.0.1:{port}/hooks?token=s3cret")

    assert f"webhook 127.0.0.1:{port} cannot be reached: ConnectError" == problem


def test_a_receiver_that_never_answers_is_given_up_on():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"

        assert "ReadTimeout" in problem_of(url, timeout_seconds=0.2)


def test_what_is_logged_holds_neither_the_address_nor_the_secret(there, caplog):
    caplog.set_level(logging.DEBUG)

    send(f"{there.url}/hooks/s3cret")

    assert "s3cret" not in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "url", ["", "ftp://example.com/hook", "file:///etc/passwd", "//example.com", "http://", "http://[::1", "http://a:b"]
)
def test_only_an_http_address_is_one(url):
    with pytest.raises(Refusal, match="address") as caught:
        Webhook(url, SECRET)

    assert "passwd" not in str(caught.value)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "c2VjcmV0" * 6, "whsec_" + "A" * 400])
def test_a_bad_secret_is_refused_and_not_repeated(secret):
    with pytest.raises(Refusal, match="whsec_") as caught:
        Webhook("https://example.com/", secret)

    assert not secret.removeprefix("whsec_") or secret.removeprefix("whsec_") not in str(caught.value)
