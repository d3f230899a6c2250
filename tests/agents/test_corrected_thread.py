"""A post of ours that was corrected stands once in the thread, with what became of it; the deed itself is one line."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from enquiries.models import Enquiry, Message
from enquiries.services import replies
from enquiries.services.leaving import posting
from tests.agents.scenes import address_of
from tests.citizens.site import Visitor
from tests.citizens.test_corrected import NEW, OLD, correct
from tests.people import City, approved


def posted(city: City) -> Message:
    """Our reply on a citizen's private page."""
    Visitor().asked()
    approved(city, replies.newest_inbound(Enquiry.objects.get()), text=OLD, now=timezone.now())
    posting.deliver_due(worker="test")
    return Message.objects.get(direction="OUT")


def test_corrected_words_stand_once_and_the_correction_is_a_line(city: City, alice: Client):
    ours = posted(city)
    correct(city, ours, "REPLACE")

    page = alice.get(address_of(ours)).content.decode()
    thread = page.partition('class="thread"')[2].partition('id="composer"')[0]

    assert thread.count("Thursday") == 1
    assert thread.count('class="msg out') == 1
    assert "Correction of our post · Alice, approved by Bob" in thread
    assert ours.posting is not None
    assert f'href="#reply-{ours.posting.reply_id}"' in thread and f'id="reply-{ours.posting.reply_id}"' in thread


def test_removal_is_a_line_and_the_post_says_that_it_is_gone(city: City, alice: Client):
    ours = posted(city)
    correct(city, ours, "REMOVE")

    thread = alice.get(address_of(ours)).content.decode().partition('class="thread"')[2]

    assert thread.count('class="msg out') == 1
    assert "Removal of our post · Alice, approved by Bob" in thread
    assert "These words stand on record only." in thread


def test_correction_on_its_way_is_shown_whole(city: City, alice: Client):
    ours = posted(city)
    version = replies.save_draft(
        enquiry_id=ours.enquiry_id,
        answers_id=replies.newest_inbound(ours.enquiry).pk,
        author_id=city.alice.pk,
        text=NEW,
        aim=replies.Aim(purpose="REPLACE", corrects_id=ours.pk),
        now=timezone.now(),
    )
    replies.submit(enquiry_id=ours.enquiry_id, by_id=city.alice.pk, version_id=version.pk, now=timezone.now())
    replies.approve(
        reply_id=version.reply_id,
        approver_id=city.bob.pk,
        seen_sha256=bytes(version.content_sha256).hex(),
        now=timezone.now(),
    )

    thread = alice.get(address_of(ours)).content.decode().partition('class="thread"')[2]

    assert thread.count('class="msg out') == 2
    assert "Thursday" in thread and "Leaves soon" in thread
