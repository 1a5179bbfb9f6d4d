"""Forgetting a customer: what makes their personal data readable is destroyed, and their people come in no more."""

from datetime import datetime

from api.security.keys import Keys
from projections.store.customer_keys import CustomerKeys


def forget(customer: str, customers: CustomerKeys, keys: Keys, at: datetime) -> bool:
    """False where there was nothing to destroy, or no more; API keys are revoked all the same.

    So whoever was cut off between the two does the rest by asking again. In this order, because a forgotten customer gets no new
    API keys: one that was made just before is revoked with the others.
    """
    is_destroyed = customers.forget(customer)
    keys.forget(customer, at)
    return is_destroyed
