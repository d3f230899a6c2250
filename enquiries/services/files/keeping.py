"""Files of a message: kept under a random name, and handed to the scanner where there is one."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile

from enquiries.contract import InboundFile
from enquiries.models import Attachment, Message
from enquiries.rules.pictures import told_kind
from enquiries.rules.text import one_line
from enquiries.services.files import scanning


def keep_file(message: Message, file: InboundFile, *, now: datetime, alt_text: str = "") -> Attachment:
    """Keep one file of a message. Call inside a transaction."""
    attachment = Attachment(
        message=message,
        name=one_line(file.name, most=150) or "file",
        media_type=told_kind(file.content, file.media_type)[:100],
        size=len(file.content),
        sha256=hashlib.sha256(file.content).digest(),
        content_id=one_line(file.content_id, most=200),
        alt_text=one_line(alt_text, most=1000),
        scan=scanning.state_of_new(),
    )
    # The stored name is random and has no ending: nobody guesses it, and no server runs it.
    attachment.stored.save(attachment.token, ContentFile(file.content), save=False)
    attachment.save()
    scanning.expect(attachment, now=now)
    return attachment
