"""What templates say of files: how one is shown, and why it is not."""

from __future__ import annotations

from django import template

from agents.files import serving
from enquiries.models import Attachment
from enquiries.queries.file_rows import LOST, ON_ITS_WAY
from enquiries.rules.pictures import RASTER

register = template.Library()


@register.filter
def shown_as(file: Attachment) -> str:
    """Say how a citizen's file is shown: "waits", "lost", "held", "picture" or "file"."""
    fetching = getattr(file, "fetching", "")
    if fetching:
        return {ON_ITS_WAY: "waits", LOST: "lost"}[fetching]
    if serving.why_held(file):
        return "held"
    return "picture" if file.media_type in RASTER else "file"


@register.filter
def why_held(file: Attachment) -> str:
    """Say why nobody gets a file."""
    return serving.why_held(file)


@register.filter
def is_picture(media_type: str) -> bool:
    """Whether a file of this kind can be looked at."""
    return media_type in RASTER
