"""In which version the accounts of a kind stand, so that what was opened or proven once need not be so each time anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enquiries.models import ChannelAccount
from enquiries.queries.prepared import PreparedText

# A row that was changed, by whatever process, has another pair of xmin and ctid.
VERSIONS: Final = f"""
SELECT string_agg(concat_ws(' ', id, xmin, ctid), ';' ORDER BY id) FROM {ChannelAccount._meta.db_table}
 WHERE kind = %(kind)s AND is_active AND %(narrow)s IN ('', external_id)
"""  # noqa: S608 - the table's name is ours
_versions = PreparedText(VERSIONS)


@dataclass(frozen=True, kw_only=True)
class AccountVersions:
    """The accounts of a kind that are in use (or one of them), and in which versions they were seen."""

    kind: str
    narrow: str
    """The number of the only account that is meant; empty for all of the kind."""
    versions: str
    """Empty where there is none."""


def account_versions(kind: str, external_id: str = "") -> AccountVersions:
    """Ask the database which versions there are now."""
    ((versions,),) = _versions(kind=kind, narrow=external_id)
    return AccountVersions(kind=kind, narrow=external_id, versions=versions or "")
