"""Which edition of the rows this program writes.

Columns and indexes tell tables of another version of the program by themselves. That a column says something else than before, as
when a ticket assigned to a role alone came to name the role, they do not: then the number moves on, and tables of an earlier
edition are built anew from the log. A test holds the rows of worked cases against those of the edition.
"""

EDITION = 3
