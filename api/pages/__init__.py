"""What people look at. One file a board: its routes, and what its template is told; parts of some of them have rooms beside."""
