"""The queue: what is in it, in which order, and at what cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents.access import rights_of, visible_to
from enquiries.contract import Receipt
from enquiries.models import Enquiry, Message
from enquiries.queries.queue import PAGE, BadPlace, Order, Place, page_of
from enquiries.services import triage
from enquiries.services.leaving import outcomes
from tests.agents.scenes import being_sent, refused
from tests.people import NOON, City, arrive, submitted


def due(message: Message, minutes: int | None) -> None:
    when = timezone.now() + timedelta(minutes=minutes) if minutes is not None else None
    Enquiry.objects.filter(pk=message.enquiry_id).update(due_at=when)


def order_of(page: str, *subjects: str) -> list[str]:
    """The subjects in the order in which the list shows them."""
    return sorted((subject for subject in subjects if subject in page), key=page.index)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_least_time_left_comes_first_and_no_promise_last(city: City, alice: Client):
    for subject, minutes in {"Calm": 300, "Nothing promised": None, "Soon": 20, "Over": -10}.items():
        due(arrive(city, subject=subject), minutes)

    page = alice.get("/desk/").content.decode()

    assert order_of(page, "Calm", "Nothing promised", "Soon", "Over") == ["Over", "Soon", "Calm", "Nothing promised"]
    assert "10 min over" in page or "11 min over" in page


@pytest.mark.parametrize(
    ("view", "held"),
    [
        ("", ["Mine", "Nobody's"]),
        ("mine", ["Mine"]),
        ("unassigned", ["Nobody's"]),
        ("overdue", ["Nobody's"]),
        ("answered", ["Answered"]),
        ("closed", ["Closed"]),
        ("no-such-view", ["Mine", "Nobody's"]),
    ],
)
def test_each_view_holds_its_own(view: str, held: list[str], city: City, alice: Client):
    mine, nobodys, closed = (arrive(city, subject=name) for name in ("Mine", "Nobody's", "Closed"))
    triage.claim(enquiry_id=mine.enquiry_id, by_id=city.alice.pk, now=NOON)
    triage.close(enquiry_id=closed.enquiry_id, by_id=city.alice.pk, now=NOON)
    outcomes.posted(being_sent(city, subject="Answered"), receipt=Receipt(external_id="9"), now=NOON)
    due(mine, 60)
    due(nobodys, -5)

    page = alice.get("/desk/", {"view": view}).content.decode().replace("&#x27;", "'")

    rows = page[page.index('class="rows"') :]
    assert [name for name in ("Mine", "Nobody's", "Answered", "Closed") if f"{name}</span>" in rows] == held


@pytest.mark.parametrize("asked", ["kind=x", "state=NEW&kind=x", "q=pothole", "q=POTHOLE on Mill", "q=Dana Citizen"])
def test_filter_keeps_what_fits(asked: str, city: City, alice: Client):
    arrive(city, "x", text="A pothole on Mill Lane", author="1")
    arrive(city, "email", subject="Another matter", name="Eli", author="eli@example.org")

    page = alice.get(f"/desk/?view=all&{asked}").content.decode().replace("<mark>", "").replace("</mark>", "")

    assert "A pothole on Mill Lane" in page
    assert "Another matter" not in page


def test_reference_is_found_however_it_is_typed(city: City, alice: Client):
    enquiry = arrive(city, subject="Found me").enquiry
    triage.close(enquiry_id=enquiry.pk, by_id=city.alice.pk, now=NOON)

    assert "Found me" in alice.get("/desk/", {"q": enquiry.reference.lower().replace("-", " ")}).content.decode()


def test_search_looks_into_what_was_written(city: City, alice: Client):
    arrive(city, subject="Bin", text="The zebra crossing is gone")

    assert "Bin</span>" in alice.get("/desk/", {"q": "zebra"}).content.decode()


@pytest.mark.parametrize(
    "text", ["\x00", "%", "'; drop", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "x" * 300]
)
def test_odd_words_find_nothing_and_break_nothing(text: str, city: City, alice: Client):
    assert alice.get("/desk/", {"q": text}).status_code == 200


def test_next_page_starts_where_this_one_ends(city: City):
    for number in range(PAGE + 7):
        due(arrive(city, subject=f"Number {number}"), number if number < PAGE - 3 else None)

    first = page_of(visible_to(city.alice), order=Order.DUE)
    second = page_of(visible_to(city.alice), order=Order.DUE, after=Place.read(str(first.older)))

    seen = [row.pk for row in [*first.rows, *second.rows]]
    assert len(first.rows) == PAGE and len(seen) == len(set(seen)) == PAGE + 7
    assert second.older is None


@pytest.mark.parametrize("order", list(Order))
def test_parts_together_are_the_whole_list(order: Order, city: City):
    for number in range(30):
        message = arrive(city, subject=f"Number {number}")
        due(message, (number * 7) % 20 if number % 4 else None)
        if number % 3 == 0:
            Enquiry.objects.filter(pk=message.enquiry_id).update(team=None)
    whole, parts = visible_to(city.alice), rights_of(city.alice).parts()

    after, pages = None, []
    for _page in range(5):
        one = page_of(whole, order=order, after=after, size=7, among=parts)
        other = page_of(whole, order=order, after=after, size=7)
        assert [row.pk for row in one.rows] == [row.pk for row in other.rows]
        assert one.older == other.older
        pages += [row.pk for row in one.rows]
        after = one.older
    assert len(parts) == 2 and len(set(pages)) == 30 and after is None


def test_history_goes_back_in_time(city: City):
    for number in range(PAGE + 2):
        arrive(city, subject=f"Number {number}")

    first = page_of(visible_to(city.alice), order=Order.NEWEST)
    second = page_of(visible_to(city.alice), order=Order.NEWEST, after=first.older)

    assert first.rows[0].subject == f"Number {PAGE + 1}"
    assert [row.subject for row in second.rows] == ["Number 1", "Number 0"]


@pytest.mark.parametrize("text", ["", "nonsense", "_", "12", "9" * 40 + "_1", "_-x"])
def test_place_that_is_none_is_refused(text: str):
    with pytest.raises(BadPlace):
        Place.read(text)


def test_place_is_read_back_to_the_microsecond():
    place = Place(due_at=NOON + timedelta(microseconds=123_457), id=7)

    assert Place.read(str(place)) == place


def test_queue_costs_the_same_with_one_row_and_with_fifty(city: City, alice: Client):
    arrive(city, "x")
    one = queries_of(alice, "/desk/")
    for kind in ("x", "email", "facebook", "web") * 12:
        arrive(city, kind)

    assert queries_of(alice, "/desk/") == one <= 6


def test_row_says_channel_side_name_and_state(city: City, alice: Client):
    submitted(city, arrive(city, "x", name="فاطمة الزهراء", text="متى؟"))

    page = alice.get("/desk/").content.decode()

    assert 'aria-label="X"' in page and "<b>Public</b>" in page
    assert "<bdi>فاطمة الزهراء</bdi>" in page
    assert "Approval" in page


def test_markup_in_a_subject_is_text(city: City, alice: Client):
    arrive(city, subject="<img src=x onerror=alert(1)>", name="<script>x</script>")

    page = alice.get("/desk/").content.decode()

    assert "<img" not in page and "<script>x" not in page
    assert "&lt;img src=x" in page


def test_reply_that_was_not_delivered_is_marked(city: City, alice: Client):
    refused(city)

    assert 'class="trouble"' in alice.get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("view", "promise"),
    [
        ("", "appear here as they arrive"),
        ("mine", "What you take appears here"),
        ("unassigned", "New enquiries appear here"),
        ("overdue", "the minute its promised time is over"),
        ("answered", "when a reply has arrived"),
        ("closed", "stay readable here"),
    ],
)
def test_empty_view_says_what_will_appear(view: str, promise: str, city: City, alice: Client):
    assert promise in alice.get("/desk/", {"view": view}).content.decode()
