"""Looks at a Mastodon account itself: whose token it is, and whether the server allows what the settings say."""

from __future__ import annotations

from channels_social.mastodon.client import MastodonClient
from channels_social.reading import mapping_of, name_of
from enquiries.contract import Account, AccountUnusable, Checked, Checkup, NotSent, Verdict


def check(account: Account) -> Checkup:
    """Look, without posting anything. What is wrong is a line. Raises NotSent where the server cannot be asked."""
    try:
        client = MastodonClient(account)
        me = client.me()
    except AccountUnusable as error:
        return Checkup(lines=(Checked(name="token", verdict=Verdict.BAD, says=error.safe_message, fix=error.fix),))
    whose, handle = name_of(me.get("id")), name_of(me.get("acct"))
    lines = [Checked(name="token", verdict=Verdict.GOOD, says=f"The token belongs to @{handle}.")]
    if whose != account.external_id:
        says = f"The token belongs to the account with the number {whose}, not {account.external_id}."
        fix = "Enter the number of the account, or the token of the right account."
        lines = [Checked(name="token", verdict=Verdict.BAD, says=says, fix=fix)]
    return Checkup(lines=(*lines, _length(account, client)), usage=client.usage)


def _length(account: Account, client: MastodonClient) -> Checked:
    """Compare the longest post with what the server says of itself."""
    try:
        told = mapping_of(client.instance().get("configuration"))
    except NotSent:
        told = {}
    allowed = mapping_of(told.get("statuses")).get("max_characters")
    wanted = int(account.settings.get("max_length") or 500)
    if not isinstance(allowed, int):
        return Checked(name="length", verdict=Verdict.WARNING, says="The server does not say how long a post may be.")
    if wanted > allowed:
        says = f"The server allows {allowed} characters, the account is set to {wanted}."
        return Checked(name="length", verdict=Verdict.BAD, says=says, fix=f"Set the longest post to {allowed}.")
    return Checked(name="length", verdict=Verdict.GOOD, says=f"The server allows {allowed} characters.")
