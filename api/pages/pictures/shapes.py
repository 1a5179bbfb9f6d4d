"""Elements of SVG as text, each value escaped."""

from collections.abc import Iterable
from functools import cache

from markupsafe import Markup

from api.pages.templating import escaped


def element(name: str, *inside: str, **attributes: object) -> Markup:
    """`element("a", title, class_="part", aria_label="…")`; an attribute that is None is left out."""
    told = "".join(
        [f' {_named(one)}="{escaped(value)}"' for one, value in attributes.items() if value is not None],
    )
    return Markup(f"<{name}{told}>{together(inside)}</{name}>" if inside else f"<{name}{told}/>")


def together(parts: Iterable[str]) -> Markup:
    return Markup("".join(map(escaped, parts)))


@cache
def _named(attribute: str) -> str:
    """As SVG writes it."""
    return attribute.rstrip("_").replace("_", "-")


def share(per_cent: float) -> str:
    """A place or a width in per cent of the picture's."""
    return f"{per_cent:.2f}".rstrip("0").rstrip(".") + "%"


def link(to: str, says: str, *inside: str, kind: str) -> Markup:
    """What can be pointed at and reached by keyboard: its title says what it is, and it leads to where it stands in words."""
    return Markup(f'<a href="{escaped(to)}" class="{kind}"><title>{escaped(says)}</title>{together(inside)}</a>')
