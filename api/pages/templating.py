"""How templates become pages: plain texts are put in once, and texts are written without ado.

A page calls and escapes thousands of times. Jinja asks each function whether it wants to know more than it is told, and makes of
each text an object that says of itself that it is safe; none of ours wants to, and nobody asks a text again before it stands in the
page. Half of what a page took went into that.
"""

import re
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from types import CodeType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.runtime import Context
from markupsafe import Markup, escape

from api.pages.texts import say

PLAIN_TEXT = re.compile(r'\{\{ say\("([\w.-]+)"\) \}\}')

ONCE = 1_000
"""So many things are kept that a macro made."""

_MEANS_SOMETHING = re.compile("[&<>'\"]")
"""A character that HTML does not take for itself."""


def environment(**known: Any) -> Environment:
    """Where templates are found; they know what is given here, besides what a page tells them."""
    made = Environment(
        loader=Templates("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.template_class, made.context_class = Written, Told
    made.globals |= {"say": say, "once": once, **known}
    return made


def once(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """A macro that makes the same of the same words, and knows nothing else: of each it makes it once, not for every page.

    To be given words and numbers; what it made longest ago is forgotten.
    """
    return lru_cache(maxsize=ONCE)(macro)


class Templates(PackageLoader):
    """Templates with their plain texts in them: a text that is told nothing is put in its place once, not for every page."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        source, name, is_current = super().get_source(environment, template)
        return PLAIN_TEXT.sub(_put_in, source), name, is_current


def _put_in(found: re.Match[str]) -> str:
    text = say(found[1])
    return found[0] if "{" in text else str(escape(text))


class Written(Template):
    """A template that writes texts by `escaped`."""

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        template = super().from_code(environment, code, globals, uptodate)
        template.root_render_func.__globals__["escape"] = escaped  # where its code finds the one of Jinja
        return template


def escaped(told: object) -> str:
    """The same letters as `escape` gives."""
    if isinstance(told, Markup):
        return told
    if type(told) is str:
        return str(escape(told)) if _MEANS_SOMETHING.search(told) else told
    return str(told) if type(told) is int else escape(told)


class Told(Context):
    """What a template is told."""

    def call(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        return function(*given, **named)
