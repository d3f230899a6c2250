"""Our own words coming back from a platform: proof of a posting, often before anybody has read back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from enquiries.contract import OwnPost, Receipt
from enquiries.models import ChannelAccount, Posting
from enquiries.services.incoming import byhand
from enquiries.services.leaving import outcomes


def own_post_seen(*, account: ChannelAccount, post: OwnPost, now: datetime) -> bool:
    """Adopt a post of our own as the proof of the posting it belongs to, where that is certain. True when it was ours.

    Certain is the key that the platform carried for us, also while its worker still waits for the answer: that may never
    come, and this proof comes once. What is only similar to our text waits for the read-back, which knows the target;
    what no posting has made is kept as written by hand, see `byhand`.
    """
    if Posting.objects.filter(account=account, external_id=post.external_id).exists():
        return True
    posting = _by_key(account, post.posting_key)
    if posting is None:
        byhand.keep(account=account, post=post, now=now)
        return False
    if posting.state in (Posting.State.SENDING, Posting.State.UNKNOWN):
        outcomes.found(posting, receipt=Receipt(external_id=post.external_id, detail="echo"), now=now)
    elif posting.state == Posting.State.QUEUED and posting.attempts:
        outcomes.came_back(posting, now=now)
    return True


def _by_key(account: ChannelAccount, key: str) -> Posting | None:
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    return Posting.objects.filter(account=account, key=wanted).select_related("account", "version", "reply").first()
