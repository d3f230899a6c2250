"""Once a day the mailbox is compared with what is here: a mail without a row is fetched and told, whatever the mark says."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Event
from channels_email import mailbox
from channels_email.adapter import EmailChannel
from enquiries.contract import Polled
from enquiries.models import ChannelAccount, Organisation, Payload, PayloadPlace, PickUp
from enquiries.services.incoming import comparing, pickup
from tests.channels_email.accounts import ADDRESS, email_account
from tests.sims import mailbox_simulator

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def running():
    with mailbox_simulator() as simulator:
        yield simulator


@pytest.fixture
def server(running):
    running.reset()
    return running


@pytest.fixture
def account(server):
    known = email_account(imap_port=server.ports["imap-port"], archived=False)
    city = Organisation.objects.create(name="City of Northwell", slug="northwell")
    made = ChannelAccount(
        organisation=city, kind="email", name="Northwell", external_id=ADDRESS, settings=dict(known.settings)
    )
    made.keep_secrets(dict(known.secrets))
    made.save()
    return made


def write(server, *numbers):
    for number in numbers:
        raw = f"From: dana@citizens.example\r\nSubject: {number}\r\n\r\nmail {number}\r\n".encode()
        server.write(from_address="dana@citizens.example", raw_base64=base64.b64encode(raw).decode())


def look(now):
    PickUp.objects.update(due_at=now)
    pickup.pick_up_due(now=now, worker="w")
    return PickUp.objects.get()


def subjects():
    return sorted(bytes(one.raw).split(b"Subject: ")[1][:1].decode() for one in Payload.objects.all())


def test_every_mail_has_its_place(server, account):
    write(server, 1, 2)

    turn = look(timezone.now())

    validity = turn.cursor["uidvalidity"]
    places = set(PayloadPlace.objects.values_list("place", flat=True))
    assert places == {f"INBOX/{validity}/{uid}" for uid in (turn.cursor["uid"] - 1, turn.cursor["uid"])}


def test_mail_behind_the_mark_without_a_row_is_fetched_and_told(server, account):
    write(server, 1)
    now = timezone.now()
    turn = look(now)
    write(server, 2, 3)
    # As after a restored database, or a mark that went too far: two mails lie there that nobody ever stored.
    PickUp.objects.update(cursor={**turn.cursor, "uid": turn.cursor["uid"] + 2})

    assert look(now + DAY / 2).cursor.get("missed") is None
    assert subjects() == ["1"]
    look(now + DAY)
    turn = look(now + DAY + timedelta(minutes=1))

    assert subjects() == ["1", "2", "3"]
    assert Event.objects.get(verb="pickup.missed").data == {"n": 2}
    assert turn.warning.startswith("2 mails lay in the mailbox and were not here")
    assert turn.cursor["compared_at"] >= (now + DAY).isoformat()


def test_mail_that_is_here_is_not_told_though_nobody_knew_its_place(server, account):
    write(server, 1)
    now = timezone.now()
    look(now)
    PayloadPlace.objects.all().delete()

    turn = look(now + DAY)

    assert (subjects(), turn.warning, PayloadPlace.objects.count()) == (["1"], "", 1)
    assert not Event.objects.filter(verb="pickup.missed").exists()


def test_replaced_mailbox_is_not_compared_but_read_again(server, account):
    write(server, 1)
    known = account.as_account()

    assert EmailChannel().missing(known, {"uidvalidity": 1, "uid": 9}, known=lambda places: set()).incoming == ()


def test_mails_that_cannot_be_had_hold_up_no_other(server, account, monkeypatch):
    write(server, 1)
    now = timezone.now()
    turn = look(now)
    before = turn.cursor["uid"]
    write(server, *range(2, 9))
    PickUp.objects.update(cursor={**turn.cursor, "uid": before + 7})
    fetched, gone = mailbox._fetched, {before + n for n in (1, 2, 3, 4)}
    monkeypatch.setattr(mailbox, "MAX_MAILS", 2)
    monkeypatch.setattr(
        mailbox, "_fetched", lambda box, listed, where: [] if listed.uid in gone else fetched(box, listed, where=where)
    )

    turn = look(now + DAY)

    assert subjects() == ["1", "6", "7", "8"]
    assert turn.cursor["missed"] == 3 and turn.cursor["compared_at"] == (now + DAY).isoformat()


def test_mailbox_with_much_that_is_known_is_compared_a_hand_at_a_time(server, account, monkeypatch):
    write(server, *range(1, 6))
    cursor = look(timezone.now()).cursor
    monkeypatch.setattr(mailbox, "MAX_COMPARED", 2)

    asked: list[int] = []

    def all_known(places):
        asked.append(len(places))
        return set(places)

    known, polled = account.as_account(), Polled(incoming=(), cursor=cursor, more=True)
    while polled.more:
        polled = EmailChannel().missing(known, polled.cursor, known=all_known)

    assert (asked, polled.incoming) == ([2, 2, 1], ())
    assert polled.cursor == cursor


def test_places_in_a_folder_of_a_very_long_name_are_told_apart(account):
    long = "x" * 300
    kept = [
        Payload.objects.create(
            account=account,
            source="POLL",
            external_id=f"m{n}",
            raw=b"",
            received_at=timezone.now(),
            due_at=timezone.now(),
        )
        for n in (1, 2)
    ]
    for n, payload in enumerate(kept):
        pickup._keep_place(account, payload.pk, f"{long}/1/{n}")

    assert comparing._with_rows(account, [f"{long}/1/{n}" for n in range(3)]) == {f"{long}/1/{n}" for n in range(2)}


def test_warning_of_missed_mails_ends_after_three_days(server, account):
    known = account.as_account()
    cursor = EmailChannel().poll(known, {}).cursor
    for days, is_told in ((1, True), (4, False)):
        at = (timezone.now() - timedelta(days=days)).isoformat()
        polled = EmailChannel().poll(known, {**cursor, "missed": 2, "missed_at": at})
        assert bool(polled.warning) is is_told
        assert polled.cursor["missed"] == 2
