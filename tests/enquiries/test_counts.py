"""The counts of the lists: kept by triggers, always the same as counting anew."""

from __future__ import annotations

import random
import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from enquiries.models import ChannelAccount, Enquiry, Mention, Note, Tally
from enquiries.queries.counts import Counts, standing
from enquiries.queries.queue import Onlooker, View, in_view
from enquiries.queries.sight import Sight
from enquiries.queries.trouble import troubled_accounts, troubled_postings
from enquiries.queries.trouble import unreadable as unreadable_payloads
from enquiries.services import triage
from enquiries.services.counting import fold_counts
from tests.agents.scenes import for_a_person, refused, unreadable
from tests.people import NOON, City, approved, arrive, posting_of, submitted

NOW = NOON
STATES = [state for state in Enquiry.State.values if state != "WAITING"]


def everything(city: City) -> Sight:
    ours = frozenset([city.organisation.pk])
    return Sight(organisations=ours, administers=ours, teams=frozenset())


def of_waste(city: City) -> Sight:
    return Sight(
        organisations=frozenset([city.organisation.pk]), administers=frozenset(), teams=frozenset([city.waste.pk])
    )


def covers(scope: Sight) -> Q:
    ours = Q(organisation_id__in=scope.organisations)
    return ours & (Q(organisation_id__in=scope.administers) | Q(team_id__in=scope.teams) | Q(team_id__isnull=True))


def count_views(scope: Sight, *, by: Onlooker, now: datetime) -> Counts:
    return standing(scope, by=by, now=now)[0]


def assert_true(city: City, scope: Sight, *, now: datetime = NOW) -> None:
    """Every count is what the view's own list holds, seen by Alice."""
    by = Onlooker(user_id=city.alice.pk, teams=frozenset([city.waste.pk]))
    counts = count_views(scope, by=by, now=now)
    for view in View:
        listed = in_view(Enquiry.objects.filter(covers(scope)), view, by=by, now=now).count()
        assert getattr(counts, view.value) == listed, view


def scatter(city: City, numbers: random.Random, ids: list[int]) -> None:
    """Move some enquiries about, past every rule: what counts is the trigger."""
    some = numbers.sample(ids, k=min(len(ids), numbers.randint(1, 4)))
    due = NOW + timedelta(hours=numbers.randint(-60, 60)) if numbers.random() < 0.8 else None
    team = numbers.choice([city.waste, city.roads, None])
    state = numbers.choice(STATES)
    waiting: dict[str, datetime | None] = {"waiting_until": None}
    if numbers.random() < 0.2:
        state, waiting = "WAITING", {"waiting_until": NOW + timedelta(days=3)}
    assignee = numbers.choice([city.alice, city.bob, None])
    Enquiry.objects.filter(pk__in=some).update(state=state, team=team, assignee=assignee, due_at=due, **waiting)


@pytest.fixture
def unguarded(city: City) -> None:
    """States may jump as a test likes."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enquiries_enquiry DISABLE TRIGGER enquiry_moves")


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("seed", range(6))
def test_counts_are_what_counting_anew_finds(seed: int, city: City):
    numbers = random.Random(seed)
    ids = [arrive(city, numbers.choice(["x", "email"])).enquiry_id for _ in range(12)]
    for _step in range(12):
        scatter(city, numbers, ids)
        if numbers.random() < 0.3:
            fold_counts()

    assert_true(city, everything(city))
    assert_true(city, of_waste(city))
    assert_true(city, everything(city), now=NOW + timedelta(days=1, hours=7))


def test_adding_up_changes_no_count_and_leaves_few_rows(city: City):
    for _number in range(30):
        arrive(city)
    before = Tally.objects.count()

    assert fold_counts() == before
    assert Tally.objects.count() <= 3
    assert_true(city, everything(city))
    assert fold_counts() == 0


def test_empty_days_go_and_changes_stay(city: City):
    message = arrive(city)
    triage.close(enquiry_id=message.enquiry_id, by_id=city.alice.pk, now=NOON)
    by = Onlooker(user_id=city.alice.pk, teams=frozenset())
    before = count_views(everything(city), by=by, now=NOW)

    fold_counts()

    assert not Tally.objects.filter(shelf="DUE").exists()
    assert count_views(everything(city), by=by, now=NOW) == before


def test_practice_and_merged_enquiries_count_nowhere_else(city: City):
    arrive(city)
    hidden, front = arrive(city), arrive(city)
    Enquiry.objects.filter(pk=hidden.enquiry_id).update(merged_into=front.enquiry_id)
    city.accounts["practice"] = ChannelAccount.objects.create(
        organisation=city.organisation, team=city.waste, kind="practice", name="Practice", external_id="p"
    )
    arrive(city, "practice")

    counts = count_views(everything(city), by=Onlooker(user_id=0, teams=frozenset()), now=NOW)

    assert (counts.all, counts.practice) == (2, 1)
    assert_true(city, everything(city))


def test_what_falls_due_today_is_overdue_to_the_minute(city: City):
    for minutes in (-1, 0, 1):
        message = arrive(city)
        Enquiry.objects.filter(pk=message.enquiry_id).update(due_at=NOW + timedelta(minutes=minutes))

    counts = count_views(everything(city), by=Onlooker(user_id=0, teams=frozenset()), now=NOW)

    assert counts.overdue == 2
    assert Tally.objects.filter(shelf="DUE", day=date(2026, 11, 18)).exists()


def test_longer_claim_is_no_change_and_a_new_word_is_one(city: City):
    message = arrive(city, thread="one")
    triage.claim(enquiry_id=message.enquiry_id, by_id=city.alice.pk, now=NOON)
    by = Onlooker(user_id=city.alice.pk, teams=frozenset())
    before = count_views(everything(city), by=by, now=NOW).changes

    Enquiry.objects.filter(pk=message.enquiry_id).update(claimed_until=NOW + timedelta(hours=1))
    assert count_views(everything(city), by=by, now=NOW).changes == before
    arrive(city, thread="one", now=NOON + timedelta(minutes=1))
    assert count_views(everything(city), by=by, now=NOW).changes > before


def test_counting_is_one_statement(city: City):
    submitted(city, arrive(city))
    with CaptureQueriesContext(connection) as queries:
        count_views(everything(city), by=Onlooker(user_id=1, teams=frozenset([1])), now=NOW)

    assert len(queries) == 1


def test_trouble_is_counted_as_it_is_listed(city: City):
    for_a_person(city)
    refused(city)
    unreadable(city)
    hidden = refused(city)
    Enquiry.objects.filter(replies=hidden.reply_id).update(team=city.roads)
    ChannelAccount.objects.filter(kind="facebook").update(halted_reason="no right")
    ChannelAccount.objects.filter(kind="web").update(paused_until=NOW + timedelta(hours=1))
    ChannelAccount.objects.filter(kind="x").update(is_active=False)
    posting_of(approved(city, arrive(city, "email")))
    ChannelAccount.objects.filter(kind="email").update(is_active=False)

    for scope in (everything(city), of_waste(city)):
        _counts, trouble = standing(scope, by=Onlooker(user_id=0, teams=frozenset()), now=NOW)
        accounts = ChannelAccount.objects.filter(covers(scope))
        assert trouble.postings == troubled_postings(Enquiry.objects.filter(covers(scope))).count() > 0
        assert trouble.accounts == troubled_accounts(accounts, now=NOW).count() > 0
        assert trouble.payloads == unreadable_payloads(accounts).count() > 0


def test_notes_for_somebody_are_counted_once_and_at_the_root(city: City):
    message, front = arrive(city), arrive(city)
    for _note in range(2):
        note = Note.objects.create(enquiry=message.enquiry, text="@Alice look", created_at=NOW)
        Mention.objects.create(note=note, user=city.alice)
    Enquiry.objects.filter(pk=message.enquiry_id).update(merged_into=front.enquiry_id)

    by = Onlooker(user_id=city.alice.pk, teams=frozenset())
    assert count_views(everything(city), by=by, now=NOW).mentioned == 1
    assert_true(city, everything(city))


@pytest.mark.django_db(transaction=True)
def test_two_writers_and_a_sweep_at_once_wait_for_nobody_and_lose_nothing(city: City):
    ids = [arrive(city).enquiry_id for _ in range(8)]
    failures: list[BaseException] = []

    def write(seed: int) -> None:
        numbers = random.Random(seed)
        try:
            for _ in range(25):
                with transaction.atomic():
                    one = numbers.choice(ids[seed::2])
                    Enquiry.objects.filter(pk=one).update(
                        assignee=numbers.choice([city.alice, None]), due_at=NOW + timedelta(days=numbers.randint(-3, 3))
                    )
                    if numbers.random() < 0.3:
                        fold_counts()
                    if numbers.random() < 0.2:
                        transaction.set_rollback(True)
        except BaseException as error:  # noqa: BLE001 - shown by the test itself
            failures.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in (0, 1)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert failures == []
    assert_true(city, everything(city))
