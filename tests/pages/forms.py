"""Forms of a page, read as a browser reads them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from tests.pages.site import Visitor


@dataclass
class Form:
    """Where a form goes, and what its fields hold; of a select, the values that it offers too."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[str]] = field(default_factory=dict)

    def sent_by(self, visitor: Visitor, **filled: str | list[str]) -> httpx.Response:
        return visitor._sent("POST", self.action, data={**self.fields, **filled})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(told.get("action", "")))
        elif not self.forms:
            return
        elif tag == "input" and told.get("type") not in ("checkbox",):
            self.forms[-1].fields[told.get("name", "")] = told.get("value", "")
        elif tag == "textarea":
            self._area = told["name"]
            self.forms[-1].fields[self._area] = ""
        elif tag == "select":
            self._select = told["name"]
            self.forms[-1].offered[self._select] = []
        elif tag == "option" and self._select:
            self.forms[-1].offered[self._select].append(told.get("value", ""))
            if "selected" in told:
                self.forms[-1].fields[self._select] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data


def forms_in(page: str) -> list[Form]:
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_to(page: str, action: str) -> Form:
    """The form that goes to this address; there has to be one."""
    (found,) = (one for one in forms_in(page) if one.action.partition("?")[0].endswith(action))
    return found
