"""What people look at. One file a board: its routes, and what its template is told."""

from api.pages import (
    agreements,
    compliance,
    contracts,
    entrance,
    escalations,
    live,
    openid,
    operations,
    portal,
    queue,
    report,
    ticket,
    workload,
)

PAGES = [
    part.router
    for part in (
        agreements,
        compliance,
        contracts,
        entrance,
        escalations,
        live,
        openid,
        operations,
        portal,
        queue,
        report,
        ticket,
        workload,
    )
]
