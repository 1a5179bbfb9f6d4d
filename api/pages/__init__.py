"""What people look at. One file a board: its routes, and what its template is told."""

from api.pages import entrance, queue

PAGES = [part.router for part in (entrance, queue)]
