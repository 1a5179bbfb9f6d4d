import socket
from datetime import timedelta

import pytest

from api.outgoing.channel import Undelivered
from api.outgoing.mail import Mail, Server
from tests.outgoing.notices import NOW, PAYLOAD, TICKET, a_notice
from tests.outgoing.postbox import certificate, postbox

TO = {"customer": "desk@customers.example", "customer/acme": "it@acme.example", "agent": "agents@desk.example"}


@pytest.fixture
def there():
    with postbox() as mine:
        yield mine


def mail(there, to=TO, **settings):
    return Mail(Server("127.0.0.1", there.port), "Service desk <desk@desk.example>", to, **settings)


def test_a_notice_is_mailed_to_the_address_of_its_role_at_that_customer(there):
    mail(there).send(a_notice(), NOW)

    (letter,) = there.letters

    assert "it@acme.example" == letter["To"]
    assert "Service desk <desk@desk.example>" == letter["From"]
    assert "Ticket T-7: logged" == letter["Subject"]
    assert "Mon, 04 Mar 2024 09:30:00 +0000" == letter["Date"]
    assert "auto-generated" == letter["Auto-Submitted"]
    assert [
        "Reference: T-7",
        f"Ticket: {TICKET}",
        "Notice: logged",
        "At: 2024-03-04T09:00:00Z",
        "Clause: xmpro:5-milestones",
        "Agreement: xmpro",
        "Severity: 2",
        "Status: open",
        "",
        "The customer hears the reference number at the logging.",
    ] == letter.get_content().splitlines()


def test_another_customers_notice_goes_to_the_address_of_the_role(there):
    mail(there).send(a_notice(customer="apex"), NOW)

    assert ["desk@customers.example"] == [letter["To"] for letter in there.letters]


def test_a_second_attempt_has_the_same_message_id(there):
    mail(there).send(a_notice(), NOW)
    mail(there).send(a_notice(), NOW + timedelta(minutes=1))

    first, second = there.letters

    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@desk.example>")


def test_a_role_without_an_address_is_a_problem():
    with postbox() as there, pytest.raises(Undelivered, match="nobody has said where mail to service-manager goes"):
        mail(there).send(a_notice(to_role="service-manager"), NOW)


def test_words_of_a_notice_cannot_add_a_header_or_a_recipient(there):
    mail(there).send(
        a_notice(
            milestone="logged\r\nBcc: everybody@example.com\r\n\r\nhello", payload=PAYLOAD | {"status": "b\r\n.\r\nc"}
        ),
        NOW,
    )

    (letter,) = there.letters

    assert letter["Bcc"] is None
    assert letter["Subject"].endswith("logged Bcc: everybody@example.com hello")
    assert "Status: b . c" in letter.get_content()


def test_a_letter_in_any_language_arrives_as_written(there):
    mail(there).send(a_notice(payload=PAYLOAD | {"reference": "Störung №7 ✓"}), NOW)

    assert "Reference: Störung №7 ✓" in there.letters[0].get_content()


def test_a_server_that_does_not_take_the_recipient_is_a_problem(there):
    there.refuses["it@acme.example"] = "550 no such user: it@acme.example"

    with pytest.raises(Undelivered, match=r"does not take mail to customer: 550$"):
        mail(there).send(a_notice(), NOW)


def test_a_server_that_is_not_there_is_a_problem():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = Server("127.0.0.1", nobody.getsockname()[1])

        with pytest.raises(Undelivered, match="cannot be used: ConnectionRefusedError"):
            Mail(server, "desk@desk.example", TO).send(a_notice(), NOW)


def test_a_server_that_says_nothing_is_given_up_on():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = Server("127.0.0.1", silent.getsockname()[1])

        with pytest.raises(Undelivered, match="cannot be used"):
            Mail(server, "desk@desk.example", TO, timeout_seconds=0.2).send(a_notice(), NOW)


def test_the_password_is_given_once_the_connection_is_encrypted(tmp_path):
    shows, trusts = certificate(tmp_path)
    with postbox(shows) as there:
        server = Server("127.0.0.1", there.port, user="desk", password="hunter2", starttls=True)
        Mail(server, "desk@desk.example", TO, trusted=trusts).send(a_notice(), NOW)

    assert [("desk", "hunter2", True)] == there.logins
    assert 1 == len(there.letters)


def test_a_server_that_nobody_trusts_gets_neither_the_password_nor_the_letter(tmp_path):
    shows, _ = certificate(tmp_path)
    with postbox(shows) as there:
        server = Server("127.0.0.1", there.port, user="desk", password="hunter2", starttls=True)
        with pytest.raises(Undelivered, match="SSLCertVerificationError"):
            Mail(server, "desk@desk.example", TO).send(a_notice(), NOW)

    assert [] == there.logins
    assert [] == there.letters


def test_a_server_without_encryption_gets_nothing_where_it_is_demanded(there):
    server = Server("127.0.0.1", there.port, user="desk", password="hunter2", starttls=True)

    with pytest.raises(Undelivered, match="cannot be used"):
        Mail(server, "desk@desk.example", TO).send(a_notice(), NOW)

    assert [] == there.logins


def test_a_refused_password_is_not_repeated(there):
    there.takes_logins = False
    server = Server("127.0.0.1", there.port, user="desk", password="hunter2")

    with pytest.raises(Undelivered, match="answered 535") as caught:
        Mail(server, "desk@desk.example", TO).send(a_notice(), NOW)

    assert "hunter2" not in str(caught.value) + repr(server)
