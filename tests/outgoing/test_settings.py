import pytest

from api.outgoing.settings import channels, mail_server
from domain.refusals import Refusal
from tests.outgoing.notices import BY_EMAIL, a_notice
from tests.outgoing.receiver import SECRET

WEBHOOK = {"TICKETCLOCK_WEBHOOK_URL": "https://example.com/hook", "TICKETCLOCK_WEBHOOK_SECRET": SECRET}
MAIL = {
    "TICKETCLOCK_SMTP_URL": "smtp://mail.example.com:587?starttls=1",
    "TICKETCLOCK_MAIL_FROM": "desk@desk.example",
    "TICKETCLOCK_MAIL_TO": "agent=agents@desk.example, customer/acme=it@acme.example",
}


def refused(environment):
    with pytest.raises(Refusal) as caught, channels(environment):
        pass
    return str(caught.value)


def test_without_settings_there_is_no_way_out():
    with channels({}) as found:
        assert not found
        assert found.way(a_notice()) is None


def test_with_a_webhook_alone_everything_goes_there():
    with channels(WEBHOOK) as found:
        assert found.webhook is not None
        assert found.webhook is found.way(a_notice())


def test_what_is_for_a_role_with_an_address_is_mailed_and_all_else_posted():
    with channels(WEBHOOK | MAIL) as found:
        assert found.mail is found.way(a_notice(to_role="agent"))
        assert found.mail is found.way(a_notice(to_role="customer", customer="acme"))
        assert found.webhook is found.way(a_notice(to_role="customer", customer="apex"))


def test_what_has_to_be_an_email_is_posted_nowhere():
    with channels(WEBHOOK) as found:
        assert found.way(a_notice(fulfils=BY_EMAIL)) is None


def test_an_empty_setting_is_none():
    with channels({"TICKETCLOCK_WEBHOOK_URL": "", "TICKETCLOCK_SMTP_URL": ""}) as found:
        assert not found


@pytest.mark.parametrize("missing", [*WEBHOOK])
def test_half_a_webhook_is_refused_by_name(missing):
    (given,) = WEBHOOK.keys() - {missing}

    assert f"{given} goes with {missing}" == refused({given: WEBHOOK[given]})


def test_a_mail_server_without_addresses_is_refused_by_name():
    told = refused({"TICKETCLOCK_SMTP_URL": "smtp://mail.example.com"})

    assert "TICKETCLOCK_SMTP_URL goes with TICKETCLOCK_MAIL_FROM and TICKETCLOCK_MAIL_TO" == told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TICKETCLOCK_MAIL_FROM", "nobody"),
        ("TICKETCLOCK_MAIL_TO", "agents@desk.example"),
        ("TICKETCLOCK_MAIL_TO", "agent=nowhere"),
        ("TICKETCLOCK_SMTP_URL", "mail.example.com"),
        ("TICKETCLOCK_SMTP_URL", "http://mail.example.com"),
        ("TICKETCLOCK_SMTP_URL", "smtp://mail.example.com:many"),
        ("TICKETCLOCK_SMTP_URL", "smtp://mail.example.com?startls=1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(name, value):
    assert name in refused(MAIL | {name: value})


def test_a_password_needs_an_encrypted_connection():
    told = refused(MAIL | {"TICKETCLOCK_SMTP_URL": "smtp://desk:hunter2@mail.example.com"})

    assert "TICKETCLOCK_SMTP_URL has a password, which needs smtps:// or ?starttls=1" == told


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://mail.example.com", 25, False, False),
        ("smtp://mail.example.com:587?starttls=1", 587, True, False),
        ("smtps://mail.example.com", 465, False, True),
    ],
)
def test_a_mail_server_is_named_by_its_address(url, port, starttls, tls):
    server = mail_server(url)

    assert ("mail.example.com", port, starttls, tls) == (server.host, server.port, server.starttls, server.tls)


def test_user_and_password_may_hold_any_sign():
    server = mail_server("smtps://desk%40example.com:p%3Ass%2F@mail.example.com")

    assert ("desk@example.com", "p:ss/") == (server.user, server.password)
