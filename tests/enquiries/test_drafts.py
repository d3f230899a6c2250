"""What people type is kept by itself, per author and sheet, and touched by nobody else's act."""

from datetime import timedelta
from typing import Any

import pytest

from enquiries.models import DraftText, Message
from enquiries.services import replies, triage
from enquiries.services.replies import drafts
from enquiries.services.replies.drafting import DraftRefused
from enquiries.services.replies.drafts import Sheet
from tests.people import NOON, City, approved, arrive, draft

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def sheet(city: City, message: Message, *, by: str = "alice", **fields: object) -> Sheet:
    author = getattr(city, by).pk
    return Sheet(enquiry_id=message.enquiry_id, author_id=author, answers_id=message.pk, **fields)  # type: ignore[arg-type]


def typed(city: City, message: Message, *texts: str, every: timedelta = 5 * SECOND, by: str = "alice") -> DraftText:
    """Somebody types, and each pause saves."""
    row = None
    for number, text in enumerate(texts):
        row = drafts.keep(
            sheet(city, message, by=by), text=text, now=NOON + number * every, onto=row.pk if row else None
        )
    assert row is not None
    return row


def test_one_sitting_is_one_entry_of_the_history(city: City):
    message = arrive(city)

    typed(city, message, "W", "We", "We come", "We come tomorrow")

    assert [row.text for row in drafts.history(enquiry_id=message.enquiry_id, author_id=city.alice.pk)] == [
        "We come tomorrow"
    ]


def test_every_minute_begins_a_new_entry(city: City):
    message = arrive(city)

    typed(city, message, "one", "one two", "one two three", every=timedelta(seconds=61))

    texts = [row.text for row in drafts.history(enquiry_id=message.enquiry_id, author_id=city.alice.pk)]
    assert texts == ["one two three", "one two", "one"]


def test_text_that_is_swept_away_stays_in_the_history(city: City):
    message = arrive(city)

    typed(city, message, "A long and careful answer to the question.", "Oops")

    texts = [row.text for row in drafts.history(enquiry_id=message.enquiry_id, author_id=city.alice.pk)]
    assert texts == ["Oops", "A long and careful answer to the question."]


def test_second_window_never_writes_over_the_first(city: City):
    message = arrive(city)
    first = drafts.keep(sheet(city, message), text="Written in one window", now=NOON)

    drafts.keep(sheet(city, message), text="Written in another one", now=NOON + SECOND, onto=None)
    drafts.keep(sheet(city, message), text="Written in one window, on", now=NOON + 2 * SECOND, onto=first.pk)

    assert {row.text for row in DraftText.objects.all()} == {
        "Written in one window",
        "Written in another one",
        "Written in one window, on",
    }


def test_same_text_is_kept_once(city: City):
    message = arrive(city)

    assert typed(city, message, "same").pk == typed(city, message, "same").pk


def test_newest_fifty_are_kept(city: City):
    message = arrive(city)

    typed(city, message, *(f"text {number}" for number in range(60)), every=timedelta(minutes=2))

    rows = drafts.history(enquiry_id=message.enquiry_id, author_id=city.alice.pk)
    assert len(rows) == DraftText.objects.count() == 50
    assert rows[0].text == "text 59"


def test_saved_version_settles_the_draft(city: City):
    message = arrive(city)
    typed(city, message, "We come tomorrow.")
    draft(city, message, text="We come tomorrow.", now=NOON + SECOND)

    newest = drafts.newest(enquiry_id=message.enquiry_id)

    assert drafts.of_sheet(newest, sheet(city, message)) is None


def test_another_persons_version_settles_nothing(city: City):
    message = arrive(city)
    typed(city, message, "Bob writes", by="bob")
    draft(city, message, text="Alice saves", now=NOON + SECOND)

    found = drafts.of_sheet(drafts.newest(enquiry_id=message.enquiry_id), sheet(city, message, by="bob"))

    assert found is not None
    assert found.text == "Bob writes"


def test_each_message_has_its_own_sheet(city: City):
    message = arrive(city, thread="t")
    later = arrive(city, thread="t")
    typed(city, message, "to the first")
    drafts.keep(sheet(city, later), text="to the second", now=NOON + SECOND)

    newest = drafts.newest(enquiry_id=message.enquiry_id)

    assert [drafts.of_sheet(newest, sheet(city, one)).text for one in (message, later)] == [  # type: ignore[union-attr]
        "to the first",
        "to the second",
    ]


def test_correction_is_no_answer(city: City):
    message = arrive(city)
    drafts.keep(sheet(city, message, purpose="POINTER"), text="Write to us", now=NOON)

    assert drafts.of_sheet(drafts.newest(enquiry_id=message.enquiry_id), sheet(city, message)) is None


def test_colleague_is_writing_for_three_minutes(city: City):
    message = arrive(city)
    typed(city, message, "Bob writes", by="bob")
    newest = drafts.newest(enquiry_id=message.enquiry_id)

    def seen(minutes: float) -> list[str]:
        later = NOON + timedelta(minutes=minutes)
        return [one.text for one in drafts.others_writing(newest, but=city.alice.pk, now=later)]

    assert (seen(1), seen(4)) == (["Bob writes"], [])
    assert drafts.others_writing(newest, but=city.bob.pk, now=NOON) == []


def test_message_of_another_enquiry_is_refused(city: City):
    one, other = arrive(city), arrive(city)

    with pytest.raises(DraftRefused):
        drafts.keep(Sheet(enquiry_id=one.enquiry_id, author_id=city.alice.pk, answers_id=other.pk), text="x", now=NOON)


@pytest.mark.parametrize("act", ["save", "approve", "close", "merge", "take over"])
def test_no_act_of_a_colleague_touches_what_is_typed(city: City, act: str):
    message, into = arrive(city), arrive(city)
    row = typed(city, message, "Half a thought")
    common: dict[str, Any] = {"enquiry_id": message.enquiry_id, "by_id": city.bob.pk, "now": NOON + SECOND}
    if act == "save":
        replies.save_draft(
            enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.bob.pk, text="Bob's", now=NOON
        )
    elif act == "approve":
        approved(city, message)
    elif act == "close":
        triage.close(**common)
    elif act == "merge":
        triage.merge(into_id=into.enquiry_id, **common)
    else:
        triage.take_over(reason="You are ill", **common)

    row.refresh_from_db()
    assert row.text == "Half a thought"


def test_text_is_found_where_its_message_went(city: City):
    message, into = arrive(city), arrive(city)
    typed(city, message, "Half a thought")
    common: dict[str, Any] = {"by_id": city.bob.pk, "now": NOON + SECOND}

    triage.merge(enquiry_id=message.enquiry_id, into_id=into.enquiry_id, **common)
    assert [one.text for one in drafts.newest(enquiry_id=into.enquiry_id)] == ["Half a thought"]

    there = Sheet(enquiry_id=into.enquiry_id, author_id=city.alice.pk, answers_id=message.pk)
    drafts.keep(there, text="Half a thought, and the rest", now=NOON + 2 * SECOND)
    triage.unmerge(enquiry_id=message.enquiry_id, **common)
    assert [one.text for one in drafts.newest(enquiry_id=message.enquiry_id)] == ["Half a thought, and the rest"]


@pytest.mark.parametrize("text", ["\x00NUL", "\u202eturned", "\ud800", "x" * 100_000, "👩🏽‍🚒" * 100, ""])
def test_odd_text_breaks_nothing(city: City, text: str):
    assert drafts.keep(sheet(city, arrive(city)), text=text, now=NOON).pk
