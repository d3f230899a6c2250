"""Keeps the private links out of the logs: whoever reads a log could open the page of a citizen with them."""

from __future__ import annotations

import logging
import re

LINK = re.compile(r"/(follow|asked|private|private-page)/[^/\s?#]+")


class HideLinks(logging.Filter):
    """Put three dots where a log line has the secret of a private page. Lets every line pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the line's words and arguments in place."""
        record.msg = _hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(each) for each in record.args)
        return True


def _hidden(value: object) -> object:
    return LINK.sub(r"/\1/…", value) if isinstance(value, str) else value
