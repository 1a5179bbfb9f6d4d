"""The columns of a ServiceNow incident log that are read, and the places in which a row hands their values on."""

NEEDED = ("number", "incident_state", "priority", "opened_at", "sys_updated_at")
COUNTERS = ("reopen_count", "reassignment_count", "sys_mod_count")
OPTIONAL = ("assignment_group", "contact_type", "category", "made_sla", *COUNTERS)

NUMBER, STATE, PRIORITY, OPENED, UPDATED, GROUP, CONTACT, CATEGORY, MADE_SLA = range(9)
UPDATES = len(NEEDED) + len(OPTIONAL) - 1

Values = tuple[str, ...]


MOST_DIGITS = 18


def counted(text: str) -> int | None:
    """The number that a counter shows; None where it shows none."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def updates(values: Values) -> int | None:
    """How often the incident had been updated by then (`sys_mod_count`); None where the row does not say it."""
    return counted(values[UPDATES])
