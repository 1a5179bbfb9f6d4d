"""What was agreed: agreements as data (`agreement`), calendars, and the terms that one ticket falls under (`selection`)."""
