"""A citizen's mail is acknowledged once, in approved words, and machines never talk to each other for long."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from enquiries.contract import SenderTrust as Trust
from enquiries.models import (
    Acknowledgement,
    ChannelAccount,
    Clock,
    EnquiryToken,
    Message,
    Organisation,
    StandardAnswer,
    StandardAnswerVersion,
)
from enquiries.services import triage
from enquiries.services.incoming.identity import secret_of
from enquiries.services.leaving import acknowledging
from enquiries.services.leaving.acknowledging import A_DAY, FLOOD
from tests.people import NOON, City, arrive, make_city
from tests.sims import Simulator, mailbox_simulator

pytestmark = pytest.mark.django_db
DANA = "dana@citizens.example"
LATER = NOON + timedelta(minutes=1)


@pytest.fixture(scope="module")
def running():
    with mailbox_simulator() as simulator:
        yield simulator


@pytest.fixture
def server(running):
    running.reset()
    return running


def words(city: City, texts: dict[str, dict[str, str]], n: int = 1) -> StandardAnswerVersion:
    """Let the city have these approved words under the title "Arrived"."""
    answer, _ = StandardAnswer.objects.get_or_create(
        organisation=city.organisation,
        title="Arrived",
        retired_at=None,
        defaults={"owner": city.bob, "expires_on": NOON.date()},
    )
    version = StandardAnswerVersion.objects.create(answer=answer, n=n, texts=texts, author=city.alice, created_at=NOON)
    version.approved_by, version.approved_at = city.bob, NOON
    version.save(update_fields=["approved_by", "approved_at"])
    return version


@pytest.fixture
def city(server: Simulator) -> City:
    made = make_city()
    account = made.accounts["email"]
    wire = {"smtp_host": "127.0.0.1", "smtp_port": server.ports["smtp-port"], "smtp_tls": "none"}
    account.settings = {**account.settings, **wire}
    account.acknowledgement = words(
        made, {"email": {"en": "Your mail is here: {reference}.", "nl": "Uw bericht is er: {reference}."}}
    ).answer
    account.save(update_fields=["settings", "acknowledgement"])
    return made


def letters(server: Simulator) -> list[dict[str, Any]]:
    return list(server.ledger()["mails"])


def hear(city: City, kind: str = "email", *, author: str = DANA, **fields: Any) -> Message:
    return arrive(city, kind, author=author, **fields)


def send(now=LATER):
    return acknowledging.send_due(now=now, worker="w")


def test_mail_that_opens_an_enquiry_is_acknowledged_once(city, server):
    message = hear(city, language="nl")
    hear(city, thread=message.thread_key)

    assert send() == 1
    assert send() == 0
    (letter,) = letters(server)
    assert letter["text"].strip() == f"Uw bericht is er: {message.enquiry.reference}."
    assert (letter["author"], letter["target"]) == ("<>", [DANA])
    assert letter["auto_submitted"] == "auto-replied"
    assert "info+" in letter["reply_to"]


@pytest.mark.parametrize(
    "fields",
    [
        {"automatic": True},
        {"reply_to": ""},
        {"sender_trust": Trust.FAIL},
        {"sender_trust": Trust.NONE},
        {"kind": "x"},
        {"kind": "web"},
        {"author": "info@northwell.example"},
    ],
)
def test_nobody_is_told_who_is_a_machine_forged_ours_or_in_public(city, fields):
    mailbox = city.accounts["email"]
    mailbox.external_id = "info@northwell.example"
    mailbox.save(update_fields=["external_id"])

    hear(city, **fields)

    assert not Acknowledgement.objects.exists()


def test_person_who_joins_what_only_machines_opened_is_told_once(city, server):
    """A copy that came by a list looked like a machine's and was promised nothing: the promise begins with the person."""
    opened = hear(city, automatic=True, thread="t")
    assert not Acknowledgement.objects.exists()

    joined = hear(city, thread="t")
    hear(city, thread="t")

    assert (send(), send()) == (1, 0)
    assert [letter["target"] for letter in letters(server)] == [[DANA]]
    assert joined.enquiry == opened.enquiry == Clock.objects.get().enquiry


def test_machine_that_joins_what_a_machine_opened_is_not_told(city):
    hear(city, automatic=True, thread="t")
    hear(city, automatic=True, thread="t")

    assert not Acknowledgement.objects.exists()


def test_person_who_joins_what_another_mailbox_opened_is_kept_and_not_told(city):
    """The database lets nobody be told in another mailbox's name; losing the mail over that would be worse."""
    enquiry = hear(city, "web", automatic=True).enquiry
    joined = hear(city, reply_token=secret_of(enquiry, EnquiryToken.Purpose.MAIL))

    assert joined.enquiry == enquiry
    assert not Acknowledgement.objects.exists()


def test_person_who_joins_what_was_merged_into_words_of_a_person_is_not_told_again(city):
    root = hear(city).enquiry
    held = hear(city, automatic=True, thread="t").enquiry
    triage.merge(enquiry_id=held.pk, into_id=root.pk, by_id=city.bob.pk, now=NOON)

    hear(city, thread="t")

    assert Acknowledgement.objects.get().enquiry == root


def test_person_who_answers_the_note_after_the_mail_was_split_off_is_read_and_not_told_again(city):
    """The note carries the way back to the first enquiry, where only the machine's words are left."""
    opened = hear(city, automatic=True, thread="t").enquiry
    moved = hear(city, thread="t")
    triage.split(enquiry_id=opened.pk, message_ids=[moved.pk], by_id=city.bob.pk, now=NOON)

    again = hear(city, reply_token=secret_of(opened, EnquiryToken.Purpose.MAIL))

    assert again.enquiry == Acknowledgement.objects.get().enquiry == opened


def test_first_mail_of_a_person_to_an_enquiry_that_has_been_in_public_meanwhile_is_read(city):
    """What spoke last in an enquiry that was merged away is what it was; the database tells nobody by machine in public."""
    held = hear(city, automatic=True, thread="t").enquiry
    public = hear(city, "x", author="7", thread="p").enquiry
    triage.merge(enquiry_id=public.pk, into_id=held.pk, by_id=city.bob.pk, now=NOON)
    hear(city, "x", author="7", thread="p")
    triage.unmerge(enquiry_id=public.pk, by_id=city.bob.pk, now=NOON)
    root = hear(city, automatic=True).enquiry
    triage.merge(enquiry_id=held.pk, into_id=root.pk, by_id=city.bob.pk, now=NOON)

    assert hear(city, thread="t").enquiry == held


def test_note_whose_mail_was_split_off_before_it_left_holds_up_no_other(city, server):
    opened = hear(city, automatic=True, thread="t").enquiry
    moved = hear(city, thread="t")
    hear(city, author="eli@citizens.example")
    triage.split(enquiry_id=opened.pk, message_ids=[moved.pk], by_id=city.bob.pk, now=NOON)

    assert send() == 1
    assert [letter["target"] for letter in letters(server)] == [["eli@citizens.example"]]
    assert "split off" in Acknowledgement.objects.get(enquiry=opened).last_error


def test_person_who_was_not_told_of_the_first_mail_is_not_told_of_the_second(city):
    """Whoever took up a mail for the citizen answers, and words that were chosen since are for enquiries that come."""
    mailbox = city.accounts["email"]
    chosen, mailbox.acknowledgement = mailbox.acknowledgement, None
    hear(city, thread="t")
    mailbox.acknowledgement = chosen

    hear(city, thread="t")

    assert not Acknowledgement.objects.exists()


def test_proven_sender_is_told(city):
    hear(city, sender_trust=Trust.PASS)

    assert Acknowledgement.objects.count() == 1


@pytest.mark.parametrize("chosen", [True, False])
def test_words_of_the_same_title_are_never_sent_instead(city, chosen):
    """Retired words are not replaced by others that happen to be called the same, nor by what nobody chose."""
    StandardAnswer.objects.update(retired_at=NOON)
    words(city, {"email": {"en": "Other words."}})
    if not chosen:
        ChannelAccount.objects.update(acknowledgement=None)

    hear(city)

    assert not Acknowledgement.objects.exists()
    assert acknowledging.lacks_words(ChannelAccount.objects.get(kind="email")) is chosen


def test_words_that_nobody_approved_are_not_sent(city):
    answer = ChannelAccount.objects.get(kind="email").acknowledgement
    assert answer is not None
    StandardAnswerVersion.objects.create(
        answer=answer, n=2, texts={"email": {"en": "Unread."}}, author=city.alice, created_at=NOON
    )

    hear(city)

    assert Acknowledgement.objects.get().text_version.n == 1


def test_words_that_were_retired_meanwhile_are_not_sent(city, server):
    hear(city)
    StandardAnswer.objects.update(retired_at=NOON)

    assert send() == 0
    assert letters(server) == [] and "retired" in Acknowledgement.objects.get().last_error


def test_words_of_another_organisation_cannot_be_chosen(city):
    other = words_of_another("Southwell", city)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE enquiries_channelaccount SET acknowledgement_id = %s WHERE kind = 'email'", [other.pk])


def words_of_another(name: str, city: City) -> StandardAnswer:
    organisation = Organisation.objects.create(name=name, slug=name.lower(), reference_prefix="SW")
    return StandardAnswer.objects.create(
        organisation=organisation, title="Arrived", owner=city.bob, expires_on=NOON.date()
    )


def test_account_without_words_tells_nobody(city):
    StandardAnswer.objects.update(retired_at=NOON)

    hear(city)

    assert not Acknowledgement.objects.exists()


def test_one_address_is_told_three_times_a_day_and_no_mail_is_lost_over_it(city):
    messages = [hear(city, author=author) for author in [DANA, DANA.title()] * A_DAY]

    assert Acknowledgement.objects.count() == A_DAY
    assert len({message.enquiry_id for message in messages}) == 2 * A_DAY


def test_next_day_it_is_told_again(city):
    for _ in range(A_DAY):
        hear(city)

    hear(city, now=NOON + timedelta(hours=25))

    assert Acknowledgement.objects.count() == A_DAY + 1


def test_note_that_may_have_left_is_not_sent_again(city, server):
    hear(city)
    server.fault("smtp_data", "commit_then_drop")

    assert send() == 0
    assert send(now=NOON + timedelta(days=1)) == 0
    assert len(letters(server)) == 1
    assert Acknowledgement.objects.get().parked_at


def test_note_that_certainly_did_not_leave_is_tried_again(city, server):
    hear(city)
    server.fault("smtp_rcpt", "429")

    assert send() == 0
    assert letters(server) == []
    assert send(now=NOON + timedelta(hours=1)) == 1
    assert len(letters(server)) == 1


def test_words_with_a_gap_stay_here(city, server):
    words(city, {"any": {"en": "Yours, {agent_name}"}}, n=2)
    hear(city)

    assert send() == 0
    assert letters(server) == []
    assert "gap" in Acknowledgement.objects.get().last_error


def test_flood_of_one_address_is_kept_and_taken_for_a_machines(city):
    messages = [hear(city, thread="t", now=NOON + timedelta(seconds=n)) for n in range(FLOOD + 2)]

    assert [message.automatic for message in messages] == [False] * FLOOD + [True] * 2


def test_many_who_write_by_one_address_are_promised_an_answer_each(city):
    """A form of another site that mails under one address must not lose the promise of the twenty-first citizen."""
    messages = [hear(city, now=NOON + timedelta(seconds=n)) for n in range(FLOOD + 2)]

    assert not any(message.automatic for message in messages)
    assert all(message.enquiry.due_at for message in messages)


def test_flood_of_one_address_touches_nobody_else(city):
    for _ in range(FLOOD):
        hear(city)

    assert not hear(city, author="eli@citizens.example").automatic
    assert not hear(city, now=NOON + timedelta(hours=2)).automatic
