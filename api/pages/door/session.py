"""A person's session: a cookie that holds their key or token, sealed, so that nothing is kept here and a revoked key opens no page.

The cookie goes to this host only, not to scripts, and not with requests that another site makes.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Final, Self

from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request, Response

from api.crew import crew
from api.problems import Forbidden

COOKIE: Final = "tcsession"
LASTS = timedelta(hours=12)
LONGEST_COOKIE = 3_900
"""Browsers drop one of more than 4096 bytes, its name and attributes among them."""


@dataclass(frozen=True, slots=True)
class Session:
    """`credential` is what its holder would send as a bearer; `proof` stands in each of its forms.

    `mark` stands in those that can be shown again: it is the same in all sessions of a person.
    """

    credential: str
    proof: str
    mark: str = ""

    @property
    def authorization(self) -> str:
        return f"Bearer {self.credential}"

    def is_proven(self, told: str) -> bool:
        """Whether a form was made in this session."""
        return hmac.compare_digest(told.encode(), self.proof.encode())

    def is_marked(self, told: str) -> bool:
        """Whether a form was made for this person, be it in an earlier session."""
        return bool(self.mark) and hmac.compare_digest(told.encode(), self.mark.encode())


class Sessions:
    """`secret` gives 32 bytes in base64, the same in every process that serves the log; it is asked once."""

    def __init__(self, secret: Callable[[], bytes] = Fernet.generate_key) -> None:
        self._ask = secret

    async def prepared(self) -> Self:
        """With the secret at hand: who holds it may have to be asked, which is nothing for the event loop."""
        if "_secret" not in vars(self):
            await crew().do(getattr, self, "_secret")
        return self

    @cached_property
    def _secret(self) -> bytes:
        return self._ask()

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(self._secret)

    def of(self, request: Request, at: datetime) -> Session | None:
        """The session of a request, if it has one that is still good."""
        sealed = request.cookies.get(COOKIE)
        if not sealed:
            return None
        try:
            told = json.loads(self._fernet.decrypt_at_time(sealed, int(LASTS.total_seconds()), int(at.timestamp())))
        except (InvalidToken, ValueError):
            return None
        return Session(told["credential"], self._keyed(sealed))

    def marked(self, session: Session, person: Sequence[str]) -> Session:
        """The session with the mark of the person whose it is."""
        return replace(session, mark=self._keyed(json.dumps(["person", *person])))

    def begin(self, response: Response, credential: str, request: Request, at: datetime) -> None:
        sealed = self._fernet.encrypt_at_time(_told(credential), int(at.timestamp()))
        response.set_cookie(
            COOKIE,
            sealed.decode(),
            max_age=int(LASTS.total_seconds()),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )

    def end(self, response: Response) -> None:
        response.delete_cookie(COOKIE)

    def sealer(self, purpose: str) -> Fernet:
        """Seals what is no session, so that neither passes for the other."""
        return Fernet(urlsafe_b64encode(hmac.new(self._secret, purpose.encode(), sha256).digest()))

    def _keyed(self, told: str) -> str:
        return hmac.new(self._secret, told.encode(), sha256).hexdigest()[:32]


def sealed_size(credential: str) -> int:
    """How long the cookie of a session with this credential is."""
    return len(Fernet(Fernet.generate_key()).encrypt(_told(credential)))


def _told(credential: str) -> bytes:
    return json.dumps({"credential": credential}).encode()


def check_origin(request: Request) -> None:
    """Raises Forbidden for a form that another site sends; browsers say so."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    from_here = origin is None or origin.partition("://")[2] == request.headers.get("host")
    if site not in (None, "same-origin", "none") or not from_here:
        raise Forbidden("this form came from another site", remedy="open the page here and send it again")


class OfAnotherSession(Forbidden):
    """A form was not made in this session."""

    def __init__(self) -> None:
        super().__init__("this form is of another session", remedy="open the page again and send it once more")
