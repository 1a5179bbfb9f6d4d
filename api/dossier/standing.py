"""A picture of the service's pages as a file of its own: with a width in units, and colours that no page has to give it."""

import re
from functools import cache

from markupsafe import Markup

from api.pages.paper import STATIC
from api.pages.pictures.timeline import PATTERNS, SIGNS

WIDTH = 1000
FONT = "Libertinus Serif"

_ROOT = re.compile(r":root\s*\{(?P<named>.*?)\}", re.DOTALL)
_NAMED = re.compile(r"(--[a-z-]+):\s*([^;]+);")
_USED = re.compile(r"var\((--[a-z-]+)\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"(?P<of>[^{}]+)\{(?P<says>[^{}]*)\}")


def standing_alone(svg: Markup) -> str:
    """The same picture with everything that it needs in it, drawn in the light colours, as paper is."""
    plain = str(svg)
    start = plain.index(">") + 1
    head = plain[:start].replace('width="100%"', f'width="{WIDTH}" xmlns="http://www.w3.org/2000/svg"', 1)
    return f"{head}<style>{_style()}</style><defs>{PATTERNS}{SIGNS}</defs>{plain[start:]}"


@cache
def _style() -> str:
    """The rules of the picture, each colour by itself."""
    colours = dict(_NAMED.findall(_light()))
    rules = (
        (of.strip(), says.strip()) for of, says in _RULE.findall(_COMMENT.sub("", _outside_media(_read("ticket.css"))))
    )
    about = [
        f"{of} {{ {says} }}" for of, says in rules if (".timeline" in of or of.startswith("#p-")) and not _moves(of)
    ]
    plain = _USED.sub(lambda used: colours.get(used[1], "#000000"), "\n".join(about))
    return f"{plain}\ntext {{ font-family: '{FONT}'; font-size: 13px; }} .narrow {{ display: none; }}"


def _moves(of: str) -> bool:
    """Whether a rule is about a pointer or a keyboard."""
    return ":hover" in of or ":focus" in of


def _light() -> str:
    found = _ROOT.search(_read("ticketclock.css"))
    return found["named"] if found else ""


def _outside_media(sheet: str) -> str:
    """A style sheet without what holds only for small screens or print."""
    return re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", sheet)


def _read(name: str) -> str:
    return (STATIC / name).read_text("utf-8")
