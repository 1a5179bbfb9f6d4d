"""Every board there is, and its routes in the order in which addresses are looked up."""

from api.pages import (
    agreements,
    compare,
    compliance,
    contracts,
    disputes,
    dossiers,
    escalations,
    live,
    operations,
    portal,
    queue,
    report,
    stood,
    ticket,
    whatif,
    whatif_many,
    workload,
)
from api.pages.door import entrance, openid

PAGES = [
    part.router
    for part in (
        agreements,
        compare,
        compliance,
        contracts,
        dossiers,  # before the pages where any command of a dispute or a ticket may stand in its place
        disputes,
        entrance,
        escalations,
        live,
        openid,
        operations,
        portal,
        queue,
        report,
        stood,
        ticket,
        whatif,
        whatif_many,
        workload,
    )
]
