"""Where no page is: a person is told so on a page, a program in a problem document."""

from fastapi import Request, Response

from api.pages.paper import refused
from api.problems import answer, problem


async def astray(request: Request, error: Exception) -> Response:
    """For an address that nothing is behind, or that is not asked in this way."""
    is_read_by_a_person = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1")
    told = problem(error, request.scope)
    if is_read_by_a_person and told.status < 500:
        return refused(request, told.model_dump())
    return answer(error, request.scope)
