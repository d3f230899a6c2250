"""Keeps out of the logs what is no news to an operator."""

from __future__ import annotations

import logging


class NoRefusals(logging.Filter):
    """Drop the line, and its traceback, that Django writes for each request that was refused in words (4xx).

    A form with a mistake, a page that is not there, an agent at the administrator's door: the person has been told. What
    concerns security is written by those who notice it, as an event in the ledger and a line of their own.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass but answered refusals."""
        status = getattr(record, "status_code", None)
        return not (isinstance(status, int) and 400 <= status < 500)
