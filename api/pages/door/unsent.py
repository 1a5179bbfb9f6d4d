"""A form that was sent when its session was over: what was filled in waits in the browser until whoever did so has signed in again.

It waits in cookies that only the way in is sent: in no address and no log, sealed, so that this service alone reads it, and for an
hour. The form carries the mark of the person that it was made for. Without one nothing is kept, so that nothing is which another
site sent, and it is shown to this person only, whoever else signs in at that browser.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography.fernet import InvalidToken
from fastapi import Request, Response
from starlette.responses import RedirectResponse

from api.pages.door.returning import SignInFirst
from api.pages.door.session import LONGEST_COOKIE, Session, check_origin
from api.pages.visit import MARK, sessions_of
from api.problems import Forbidden

COOKIE: Final = "tcunsent"
PATH: Final = "/sign-in"
ADDRESS: Final = f"{PATH}/unsent"
"""Where one goes on after signing in again."""

LASTS = timedelta(hours=1)
MOST_COOKIES = 6
"""So many a form may take: some twenty thousand characters of plain text."""

OF_A_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Unsent:
    """Where a form goes, what was filled in, name by name (a name may come often), and the page on which it stood."""

    action: str
    fields: Sequence[tuple[str, str]]
    then: str

    @property
    def mark(self) -> str:
        return dict(self.fields).get(MARK, "")


async def turned_away(request: Request, first: SignInFirst) -> Response:
    """To where one signs in; what was filled in is kept meanwhile where it can be."""
    unsent = await _filled_in(request, first) if first.unsent else None
    parts = _sealed(request, unsent) if unsent else []
    if not 0 < len(parts) <= MOST_COOKIES:
        return RedirectResponse(first.location, 303)
    first.then = ADDRESS
    response = RedirectResponse(first.location, 303)
    for name, part in zip(_names(), [*parts, *[""] * (MOST_COOKIES - len(parts))], strict=True):
        response.set_cookie(
            name,
            part,
            max_age=int(LASTS.total_seconds()) if part else 0,
            path=PATH,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
    return response


async def _filled_in(request: Request, first: SignInFirst) -> Unsent | None:
    """None for what did not come from a form of this service."""
    if not request.headers.get("content-type", "").startswith(OF_A_FORM):
        return None
    try:
        check_origin(request)
    except Forbidden:
        return None
    fields = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    action = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    unsent = Unsent(action, fields, first.then)
    return unsent if unsent.mark else None


def kept(request: Request, session: Session) -> Unsent | None:
    """What this person had filled in, if anything is kept and still good."""
    sealed = "".join(request.cookies.get(name, "") for name in _names())
    sealer = sessions_of(request).sealer(COOKIE)
    try:
        told = sealer.decrypt_at_time(sealed, int(LASTS.total_seconds()), _now(request))
    except InvalidToken:
        return None
    unsent = Unsent(**json.loads(zlib.decompress(told)))
    return unsent if session.is_marked(unsent.mark) else None


def forget(response: Response) -> None:
    for name in _names():
        response.delete_cookie(name, path=PATH)


def _sealed(request: Request, unsent: Unsent) -> list[str]:
    """In parts that a browser keeps."""
    told = zlib.compress(json.dumps(vars(unsent)).encode(), level=9)
    sealed = sessions_of(request).sealer(COOKIE).encrypt_at_time(told, _now(request)).decode()
    return [sealed[start : start + LONGEST_COOKIE] for start in range(0, len(sealed), LONGEST_COOKIE)]


def _names() -> list[str]:
    return [f"{COOKIE}{number}" for number in range(MOST_COOKIES)]


def _now(request: Request) -> int:
    return int(request.app.state.now().timestamp())
