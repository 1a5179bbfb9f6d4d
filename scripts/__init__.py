"""What people and CI run: `run`, `test`, `check` and `bench` from a checkout, `ticketclock` once it is installed."""
