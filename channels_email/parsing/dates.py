"""Decides when a mail was written, without a clock and without believing every Date header."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from channels_email.parsing.headers import Headers

_EARLIER = timedelta(days=7)
_LATER = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def written_at(*, headers: Headers) -> datetime:
    """Return the Date header if it fits the moment of receipt, else that moment; the epoch where neither is there.

    The caller knows the real time of arrival and clamps. Dates of 1970 and of the future are common.
    """
    date = parsed_date(headers.first("date"))
    received = parsed_date(headers.first("received").rpartition(";")[2])
    if received is None:
        return date or EPOCH
    if date is not None and received - _EARLIER <= date <= received + _LATER:
        return date
    return received


def parsed_date(value: str) -> datetime | None:
    """Return the moment in `value` as UTC, None where there is none."""
    try:
        moment = parsedate_to_datetime(value[:200])
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
