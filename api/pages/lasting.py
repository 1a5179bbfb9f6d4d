"""Style sheets and modules. Their address changes when they do, so that browsers keep them, and need not ask again."""

import os

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

LASTS = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Security-Policy": "default-src 'self'"}
"""A worker is bound by the policy that its own file comes with."""


class LastingFiles(StaticFiles):
    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(LASTS)
        return response
