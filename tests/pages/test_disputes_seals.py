"""How far the log is sealed, as the operations page tells it."""

from api.pages.texts import say
from tests.api.house import ACME
from tests.pages.site import Site


def test_the_last_seal_stands_with_its_root_and_key_and_how_much_came_since(site: Site):
    house, manager = site.town.house, site.town.caller("service-manager")
    contract = manager.draws_up(customer=ACME)
    sealed = house.sealer.seal_now(site.town.clock()).seal
    visitor = site.visitor("service-manager")

    page = visitor.get("/operations").text
    assert sealed.root in page
    assert sealed.key in page
    assert say("seals.all") in page

    manager.opens(contract)
    assert house.runner.wait_for(house.runner.lag().head, 10)
    assert say("seals.since", events=1) in visitor.get("/operations").text
