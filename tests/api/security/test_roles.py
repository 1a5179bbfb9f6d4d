"""Who may do what to tickets, how far back, and in whose name."""

from datetime import timedelta

import pytest

from api.problems import Forbidden
from api.security.principal import Principal
from api.security.roles import RIGHTS, STANDINGS
from domain.terms.event_fields import CUSTOMER_SIDE

READING = {"tickets:read", "contracts:read", "agreements:read"}


def somebody(role: str, customer: str | None = "acme") -> Principal:
    return Principal.admitted("ann", role, customer, via="key:abc")


def holders(right: str) -> set[str]:
    return {role for role, standing in STANDINGS.items() if right in standing.rights}


def test_every_role_reads_tickets():
    assert set(STANDINGS) == holders("tickets:read")


def test_auditors_act_on_nothing():
    assert READING | {"reports:read", "operations:read"} == STANDINGS["auditor"].rights


def test_admins_manage_and_do_no_ticket_work():
    ticket_work = {"tickets:act", "alerts:raise", "disputes:act", "rulings:make", "corrections:make"}

    assert RIGHTS - ticket_work == STANDINGS["admin"].rights


@pytest.mark.parametrize("role", sorted(CUSTOMER_SIDE))
def test_a_customers_people_act_on_tickets_dispute_them_and_nothing_else(role):
    assert READING | {"tickets:act", "disputes:act"} == STANDINGS[role].rights - {"reports:read"}


@pytest.mark.clause("xmpro:7-reports")
def test_of_a_customers_people_the_contacts_read_reports_of_tickets_and_whose_credential_names_the_right():
    plain = {role for role in CUSTOMER_SIDE if somebody(role).may("reports:read")}
    named = {role for role in CUSTOMER_SIDE if Principal.admitted("ann", role, "acme", "", RIGHTS).may("reports:read")}

    assert {"primary-contact", "stand-in-contact"} == plain
    assert CUSTOMER_SIDE == named


def test_everybody_who_serves_customers_reads_reports_of_tickets():
    assert STANDINGS.keys() - CUSTOMER_SIDE <= holders("reports:read")


@pytest.mark.parametrize(
    "role", ["escalation-manager", "client-services-manager", "support-expert", "on-call-technician"]
)
def test_the_vendors_people_have_an_agents_rights(role):
    assert (STANDINGS["agent"].rights, STANDINGS["agent"].back_dating) == (
        STANDINGS[role].rights,
        STANDINGS[role].back_dating,
    )


def test_only_a_manager_and_an_importer_change_what_history_says():
    assert {"service-manager", "system"} == holders("rulings:make") == holders("corrections:make")


def test_only_an_admin_gives_out_keys_and_forgets_customers():
    assert {"admin"} == holders("keys:manage") == holders("customers:forget")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("end-user", timedelta(minutes=5)),
        ("technical-contact", timedelta(minutes=5)),
        ("agent", timedelta(hours=24)),
        ("service-manager", timedelta(days=30)),
        ("auditor", timedelta(0)),
        ("admin", timedelta(0)),
    ],
)
def test_a_ticket_can_be_dated_back_as_far_as_the_role_allows(role, allowed):
    assert allowed == somebody(role).back_dating


def test_an_importer_dates_back_ten_years():
    assert somebody("system", None).back_dating >= timedelta(days=3652)


@pytest.mark.parametrize(
    ("role", "other", "allowed"),
    [
        ("agent", "customer", True),
        ("agent", "agent", True),
        ("agent", "service-manager", False),
        ("support-expert", "agent", False),
        ("service-manager", "agent", True),
        ("system", "end-user", True),
        ("end-user", "end-user", True),
        ("end-user", "customer", False),
        ("auditor", "customer", False),
    ],
)
def test_a_ticket_hears_from_somebody_else_only_through_those_who_may_speak_for_them(role, other, allowed):
    assert allowed == somebody(role).may_speak_for(other)


@pytest.mark.parametrize("role", sorted(CUSTOMER_SIDE))
def test_a_customers_person_without_a_customer_reaches_no_ticket(role):
    with pytest.raises(Forbidden, match="is a customer's, and no customer is named"):
        somebody(role, None)


def test_a_program_may_be_kept_to_one_customers_tickets():
    assert "acme" == somebody("system", "acme").customer


@pytest.mark.parametrize("role", ["root", "", "Agent", "None"])
def test_a_role_that_nobody_knows_opens_nothing(role):
    with pytest.raises(Forbidden, match="no role of this service"):
        somebody(role)


@pytest.mark.parametrize("name", ["", "a\nb", "a\x00", "\ud800", "x" * 256])
def test_a_name_that_would_spoil_a_log_is_nobodys(name):
    with pytest.raises(Forbidden, match="printable"):
        Principal.admitted(name, "agent", None, via="key:abc")
    with pytest.raises(Forbidden, match="printable"):
        Principal.admitted("ann", "agent", name, via="key:abc")


def test_scopes_narrow_a_role_and_never_widen_it():
    reader = Principal.admitted("ann", "agent", None, "key:abc", ["tickets:read", "keys:manage", "everything"])

    assert {"tickets:read"} == reader.scopes


def test_a_right_that_is_missing_is_named():
    with pytest.raises(Forbidden, match="role auditor does not carry the right tickets:act"):
        somebody("auditor").must("tickets:act")
