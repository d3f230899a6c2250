"""Plain Python that decides: no database, no network, no clock of its own."""
