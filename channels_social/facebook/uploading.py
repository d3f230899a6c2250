"""Puts the picture of an answer where a comment can carry it: on the page, unpublished, so that nobody sees it by itself.

Source: developers.facebook.com, "Page photos" (published, alt_text_custom; less than 4 MB) and "Comment" (attachment_id);
Messenger's "Send API" takes a picture only as a message of its own. Read 2026-11-23.
"""

from __future__ import annotations

from channels_social.facebook.client import PageGraph
from channels_social.reading import name_of
from enquiries.contract import NO_FILES, Carries, NotSent, OutboundFile, OutboundReply, Refused, Side, Uncertain
from enquiries.rules.pictures import RASTER

CARRIES = {Side.PUBLIC: Carries(most=1, media_types=RASTER, most_bytes=4_000_000), Side.PRIVATE: NO_FILES}


def refuse_too_many(reply: OutboundReply) -> None:
    """Raise Refused for files that cannot go with this answer: none is ever left out in silence."""
    carries = CARRIES[reply.side]
    if reply.files and not carries.most:
        says = "Messenger takes a picture only as a message of its own, so none can go with an answer"
        raise Refused(says, fix="Take the files out, or put a link into the text.")
    if len(reply.files) > carries.most:
        raise Refused("Facebook takes one picture under a comment", fix="Take the other pictures out.")
    if any(file.media_type not in carries.media_types for file in reply.files):
        raise Refused("Only pictures can be put under a comment on Facebook", fix="Take the other files out.")


def upload(graph: PageGraph, page: str, file: OutboundFile) -> str:
    """Put a picture on the page with what it shows in words, and return its number. Raises ChannelError.

    No comment carries it yet: however uncertain its end, the answer was not sent.
    """
    told = {"published": False, "alt_text_custom": file.alt_text or None}
    source = {"source": ("picture", file.content, file.media_type)}
    try:
        answer = graph.request(f"{graph.version}/{page}/photos", post_args=told, files=source, method="POST")
    except Uncertain as error:
        says = f"The picture did not reach Facebook: {error.safe_message}"
        raise NotSent(says, code=error.code, trace_id=error.trace_id, usage=error.usage) from None
    number = name_of(answer.get("id"))
    if not number:
        raise NotSent("Facebook took the picture in but did not say where it is", usage=graph.meter.usage())
    return number
