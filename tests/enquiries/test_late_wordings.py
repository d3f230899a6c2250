"""A first wording that comes late is history: it opens no side, stops no approval and asks for nothing to be read again."""

from __future__ import annotations

import pytest
from django.test import Client

from enquiries.models import ChannelAccount, Message, Reply, ReplyVersion
from enquiries.services import replies
from enquiries.services.replies import Badge, Writing, save_text
from enquiries.services.replies.drafting import DraftRefused
from enquiries.services.triage import merge
from tests.enquiries import wall
from tests.enquiries.test_versions import CREATED, EDITED, account  # noqa: F401
from tests.people import NOON, City, arrive, draft, submitted

pytestmark = pytest.mark.django_db


def test_approval_counts_although_an_older_wording_came_late(account: ChannelAccount, city: City):  # noqa: F811
    wall.tell(account, EDITED)
    version = submitted(city, Message.objects.get())
    wall.tell(account, CREATED)

    sha256 = bytes(version.content_sha256).hex()
    replies.approve(reply_id=version.reply_id, approver_id=city.bob.pk, seen_sha256=sha256, now=NOON)

    assert Reply.objects.get().state == Reply.State.APPROVED


def test_draft_is_handed_over_although_an_older_wording_came_late(account: ChannelAccount, city: City):  # noqa: F811
    wall.tell(account, EDITED)
    message = Message.objects.get()
    version = draft(city, message)
    wall.tell(account, CREATED)

    replies.submit(enquiry_id=message.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=NOON)

    assert Reply.objects.get().state == Reply.State.SUBMITTED


def test_private_talk_opens_on_its_side_although_a_public_wording_came_late(
    account: ChannelAccount,  # noqa: F811
    city: City,
    client: Client,
):
    wall.tell(account, EDITED)
    public = Message.objects.get()
    private = arrive(city, "web", now=NOON)
    merge(enquiry_id=private.enquiry_id, into_id=public.enquiry_id, by_id=city.alice.pk, now=NOON, same_person=True)
    wall.tell(account, CREATED)
    client.force_login(city.alice)
    address = f"/desk/enquiries/{public.enquiry.reference}/"

    page = client.get(address).content.decode()
    answer = client.post(
        address, {"text": "Your private matter", "answers": public.pk, "side": "PUBLIC", "action": "submit"}
    )

    assert f'name="answers" value="{private.pk}"' in page and 'name="side" value="PRIVATE"' in page
    assert answer.status_code == 422 and not ReplyVersion.objects.exists()


@pytest.mark.parametrize("purpose", ["ANSWER", "POINTER", "PRIVATELY"])
def test_only_a_correction_says_what_it_corrects(purpose: str, city: City):
    message = arrive(city)
    aim = replies.Aim(purpose=purpose, corrects_id=5)
    writing = Writing(answers_id=message.pk, author_id=city.alice.pk, text="Yes", aim=aim, badge=Badge())

    with pytest.raises(DraftRefused):
        save_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON)
