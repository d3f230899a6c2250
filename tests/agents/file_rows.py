"""Who may see files and mails: rows of the access matrix."""

from __future__ import annotations

from typing import Any

from enquiries.services.files import reply_files
from tests.agents.matrix import SECRET, Row, a_file
from tests.files.drawn import png
from tests.people import NOON, City, arrive


def a_reply_file(city: City) -> dict[str, Any]:
    message = arrive(city, subject=SECRET)
    where: dict[str, Any] = {"enquiry_id": message.enquiry_id, "answers_id": message.pk, "by_id": city.alice.pk}
    return {"token": reply_files.put_in(**where, name="map.png", content=png(), now=NOON).token}


def a_mail(city: City) -> dict[str, Any]:
    return {"message_id": arrive(city, subject=SECRET, html=f"<p>{SECRET}</p>").pk}


FILE_ROWS = [
    Row("file", thing=a_file),
    Row("picture", thing=a_file),
    Row("reply_file", thing=a_reply_file),
    Row("mail", thing=a_mail),
    Row("mail_view", thing=a_mail),
]
