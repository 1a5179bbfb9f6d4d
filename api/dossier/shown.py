"""The page of a dossier in a browser: one file that needs nothing else, and runs nothing."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from api.dossier.parts import Page
from api.pages.paper import STATIC
from api.pages.pictures.timeline import PATTERNS, SIGNS
from api.pages.texts import say

SHEETS = ("ticketclock.css", "ticket.css")


def html(page: Page) -> bytes:
    template = _templates().get_template("page.html")
    return template.render(page=page, style=_style(), patterns=PATTERNS, signs=SIGNS).encode()


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("api.dossier"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["say"] = say
    return templates


@cache
def _style() -> Markup:
    """The colours and shapes of the service's own pages, and what is the dossier's."""
    own = files("api.dossier").joinpath("templates", "page.css").read_text("utf-8")
    return Markup("\n".join([*((STATIC / name).read_text("utf-8") for name in SHEETS), own]))
