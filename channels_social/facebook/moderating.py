"""Hides, shows again or takes down what citizens wrote under the page's posts; each may be asked for again and again.

Source: developers.facebook.com, "Graph API reference, Comment", updating (`is_hidden`) and deleting; read 2026-11-22.
"""

from __future__ import annotations

import re

from channels_social.facebook.answers import OBJECT_GONE
from channels_social.facebook.client import PageGraph
from channels_social.facebook.there import is_gone
from enquiries.contract import Account, Act, Refused, Uncertain

PLACE = re.compile(r"[0-9]+_[0-9]+")
BY_HAND = "Do it by hand on Facebook, if the page may."


def moderate(account: Account, *, post_id: str, act: Act) -> None:
    """Do `act` to a citizen's comment or post; one that is gone is success. Raises ChannelError."""
    number, graph = post_id.partition(":")[0], PageGraph(account)
    if not PLACE.fullmatch(number):
        raise Refused("Only comments and posts can be hidden or taken down", fix=BY_HAND)
    try:
        answer = graph.delete_object(number) if act is Act.REMOVE else graph.change(number, is_hidden=act is Act.HIDE)
    except Refused as error:
        # Facebook says the same of what is gone and of what the page may not touch: only a look tells them apart.
        if error.code == OBJECT_GONE and is_gone(graph, account, number):
            return
        says = "Facebook does not let the page do this to the comment"
        raise Refused(says, fix=BY_HAND, code=error.code, trace_id=error.trace_id) from None
    if answer.get("success") is False:
        raise Uncertain("Facebook took it in but says that it was not done")
