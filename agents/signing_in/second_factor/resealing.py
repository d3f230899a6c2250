"""The secrets of second factors under the newest field key, so that a former key may go without locking anybody out."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from enquiries.services.accounts.resealing import Counts, in_batches, one

SEALED = ("secret", "seed")
LISTED = "migrated_codes"


def secrets_of_staff() -> Counts:
    """Bring the secrets of apps and recovery codes to the newest key."""
    return sum(in_batches(Authenticator.objects.all(), _authenticator), Counts())


def _authenticator(row: Authenticator) -> Counts:
    found = Counts()
    for name in SEALED:
        if isinstance(row.data.get(name), str):
            found += _text(row.data, name)
    if isinstance(row.data.get(LISTED), list):
        for place in range(len(row.data[LISTED])):
            found += _text(row.data[LISTED], place)
    if found.resealed:
        row.save(update_fields=["data"])
    return found


def _text(holder: dict[str, object] | list[object], place: str | int) -> Counts:
    def keep(sealed: bytes) -> None:
        holder[place] = sealed.decode()  # type: ignore[index]

    return one(str(holder[place]).encode(), keep)  # type: ignore[index]
