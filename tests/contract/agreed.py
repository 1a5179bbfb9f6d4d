"""The terms of cover of the five agreements, and contracts and instants to ask them about."""

import tomllib
from datetime import datetime
from typing import Any

from domain.contract.cover import Cover, cover
from domain.contract.facts import Contract
from domain.instants import micros
from domain.terms.entitlement import Entitlement
from domain.terms.rows import Scope
from domain.terms.zones import zone

IMAGICLE = """
contract = { clause = "imagicle-care:valid-contract" }
product = { clause = "imagicle-care:valid-contract" }
co_termination = { clause = "imagicle-care:co-termination" }
fees = { clause = "imagicle-care:fees" }
end_of_life = { clause = "imagicle-care:end-of-life", assumes = "imagicle-care:end-of-life/last-day" }

[first_year]
clause = "imagicle-care:basic-first-year"
plan = "basic"
months = 12
assumes = "imagicle-care:basic-first-year/start"

[renewal]
clause = "imagicle-care:renewal"
grace_days = 120
late_fee = "upgrade-fee"
assumes = ["imagicle-care:renewal/whole-days", "imagicle-care:renewal/fee-years"]

[[service_duration]]
clause = "imagicle-care:service-duration"
subscription = true
begins = ["starts", "effective_on", "executed_on"]
assumes = "imagicle-care:service-duration/silent"

[[service_duration]]
clause = "imagicle-care:service-duration"
begins = ["starts", "registered_on", "effective_on", "executed_on"]
assumes = "imagicle-care:service-duration/silent"

[[end_of_support]]
clause = "imagicle-care:end-of-life"
counts = "when-declared"
reading = { "imagicle-care:end-of-life/end-of-support" = "when-declared" }
assumes = "imagicle-care:end-of-life/last-day"

[[end_of_support]]
clause = "imagicle-care:end-of-life"
counts = "at-the-date"
reading = { "imagicle-care:end-of-life/end-of-support" = "at-the-date" }
assumes = "imagicle-care:end-of-life/last-day"
"""

XIMA = """
contract = { clause = "xima-care:preamble" }
product = { clause = "xima-care:preamble" }
order_without_plan = { clause = "xima-care:1", notice_days = 3, assumes = "xima-care:1/calendar-days" }
cancelled = { clause = "xima-care:2", assumes = "xima-care:2/at-the-cancellation" }
end_of_support = { clause = "xima-care:end-of-support" }
"""

NUMONIX = """
contract = { clause = "numonix-ixcloud:support-period" }
product = { clause = "numonix-ixcloud:support-period" }
service_duration = { clause = "numonix-ixcloud:support-period", begins = ["effective_on", "starts"] }
"""

ESCHAT = """
contract = { clause = "eschat:precedence", assumes = "eschat:precedence/term" }
"""

XMPRO = """
contract = { clause = "xmpro:1-services", assumes = "xmpro:1-services/subscription" }
fees = { clause = "xmpro:1-services", waits = false, assumes = "xmpro:1-services/subscription" }
"""


READINGS = {"imagicle-care:end-of-life/end-of-support": "when-declared"}
"""The readings that cover hangs on, at their defaults."""


def terms(toml: str) -> Entitlement:
    return Entitlement.model_validate(tomllib.loads(toml))


def micro(at: str) -> int:
    return micros(datetime.fromisoformat(at))


def contract(*events: dict[str, Any], **facts: Any) -> Contract:
    return Contract.model_validate({"plan": "gold", **facts, "events": events})


def fact(at: str, event: str, **fields: Any) -> dict[str, Any]:
    """A contract's event as a case file writes it; `from_` is `from`."""
    return {"at": at, "event": event, **{name.rstrip("_"): value for name, value in fields.items()}}


def ask(
    toml: str,
    about: Contract,
    at: str,
    *,
    known_at: str | None = None,
    product: str | None = None,
    where: str = "Europe/Rome",
    readings: dict[str, str] | None = None,
) -> Cover:
    """Whether the contract covered an opening, in Rome unless another zone is named."""
    return cover(
        about,
        terms(toml),
        scope(about, readings),
        zone(where),
        at=micro(at),
        known_at=micro(known_at) if known_at else None,
        product=product,
    )


def scope(about: Contract, readings: dict[str, str] | None = None) -> Scope:
    return about.scope({**READINGS, **(readings or {})})
