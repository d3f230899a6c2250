"""The life of each enquiry of the demo, act by act, through the same services that people use, only in the past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from citizenservice.demo.city import City, Crew
from citizenservice.demo.dispatch import deliver, fail, lose
from citizenservice.demo.fates import Fate, Plan
from citizenservice.demo.wire import FOLLOW_UP, Words, write
from enquiries.models import Approval, Enquiry, EnquiryToken, Message, ReplyReturn, ReplyVersion
from enquiries.services import replies, triage
from enquiries.services.incoming import intake
from enquiries.services.incoming.identity import secret_of

READER = "demo"
SECOND_THOUGHTS = {
    "en": "Sorry, one more thing: it has become worse since I wrote.",
    "nl": "Nog iets: het is erger geworden sinds ik schreef.",
    "ar": "أمر آخر: ازداد الوضع سوءاً منذ أن كتبت لكم.",
    "pl": "Jeszcze jedno: od kiedy pisałam, jest gorzej.",
    "tr": "Bir şey daha: yazdığımdan beri durum kötüleşti.",
}
ASKED_FOR = "Asked for a photograph and the house number. Without them we cannot find the place."
NOTES = {
    ReplyReturn.Reason.FACT: "The lorry comes on Tuesdays in that street, please check the date.",
    ReplyReturn.Reason.TONE: "Please say sorry first; she has waited for three weeks.",
    ReplyReturn.Reason.UNANSWERED: "The second question is not answered yet.",
    ReplyReturn.Reason.PERSONAL_DATA: "This is public: leave the house number out.",
}


class Life:
    """One enquiry from its first message to where it stands now. `acts` is to be run by `timeline.live`."""

    def __init__(self, city: City, plan: Plan, crew: Crew) -> None:
        self.city, self.plan, self.crew = city, plan, crew
        self.agent = crew.agents[plan.serial % len(crew.agents)]
        self.supervisor = crew.supervisors[plan.serial % len(crew.supervisors)]
        self.enquiry: Enquiry
        self.message: Message
        self.first = ""

    def acts(self) -> Iterator[datetime]:
        """Yield the next moment, then act in it."""
        fate = self.plan.fate
        yield (now := self.plan.opens_at)
        self._arrive(self.plan.story.text, now)
        if self.plan.is_sorted:
            yield (now := self._at(0.1))
            self._sort(now)
        if fate in (Fate.NEW,):
            return
        if fate == Fate.CLOSED_SILENTLY:
            yield (now := self._at(0.9))
            triage.close(enquiry_id=self.enquiry.pk, by_id=self.agent.pk, now=now)
            return
        yield (now := self._at(0.25))
        triage.claim(enquiry_id=self.enquiry.pk, by_id=self.agent.pk, now=now)
        if fate != Fate.CLAIMED:
            yield from self._written()

    def _written(self) -> Iterator[datetime]:
        fate = self.plan.fate
        yield (now := self._at(0.4))
        version = self._draft(now)
        if fate == Fate.DRAFTED:
            return
        yield (now := self._at(0.5))
        replies.submit(enquiry_id=self.enquiry.pk, by_id=self.agent.pk, version_id=version.pk, now=now)
        if fate == Fate.SUBMITTED:
            return
        if fate == Fate.RETURNED:
            yield (now := self._at(0.8))
            self._return(version, now)
        elif fate == Fate.OVERTAKEN:
            yield (now := self._at(0.7))
            self._arrive(SECOND_THOUGHTS[self.plan.story.language], now)
        else:
            yield from self._approved(version)

    def _approved(self, version: ReplyVersion) -> Iterator[datetime]:
        fate = self.plan.fate
        yield (now := self._at(0.6))
        approval = replies.approve(
            reply_id=version.reply_id,
            approver_id=self.supervisor.pk,
            seen_sha256=bytes(version.content_sha256).hex(),
            now=now,
        )
        if not isinstance(approval, Approval):
            raise TypeError("The demo's first replies need one person's word, not two.")
        soon = now + timedelta(seconds=4)
        if fate == Fate.NOT_ACCEPTED:
            fail(approval, now=soon)
        elif fate == Fate.NEEDS_PERSON:
            lose(approval, now=soon, noticed_at=max(soon + timedelta(minutes=31), self._at(0.8)))
        else:
            deliver(approval, serial=self.plan.serial, now=soon)
            yield from self._after()

    def _after(self) -> Iterator[datetime]:
        if self.plan.fate == Fate.ASKED_AGAIN:
            yield (now := self._at(0.8))
            self._arrive(SECOND_THOUGHTS[self.plan.story.language], now)
        if self.plan.fate == Fate.WAITING:
            yield (now := self._at(0.9))
            self._wait(now)
        if self.plan.fate == Fate.CLOSED:
            yield (now := self._at(1))
            triage.close(enquiry_id=self.enquiry.pk, by_id=self.agent.pk, now=now)

    def _wait(self, now: datetime) -> None:
        """Ask the citizen for more, and wait for it longer than the demo has run so far."""
        days = 20 + self.plan.serial % 9
        triage.wait(
            enquiry_id=self.enquiry.pk, until=now + timedelta(days=days), by_id=self.agent.pk, now=now, note=ASKED_FOR
        )

    def _at(self, share: float) -> datetime:
        """Say when so much of this life is over. Plain time: what a night does to it makes it only more lifelike."""
        return self.plan.opens_at + (self.plan.ends_at - self.plan.opens_at) * share

    def _arrive(self, text: str, now: datetime) -> None:
        """Let the citizen's words come in as their channel brings them: raw first, then read."""
        story, account = self.plan.story, self.city.accounts[self.plan.kind]
        words = Words(
            account=account,
            name=self.plan.name,
            subject=story.subject,
            text=text,
            language=story.language,
            topic=story.topic,
            at=now.replace(microsecond=0),
            serial=self.plan.serial,
        )
        if self.first:
            words = replace(words, first=self.first, token=self._token(), serial=words.serial + FOLLOW_UP)
        written = write(words, privately=self.plan.privately)
        accepted = intake.accept_payload(
            account_id=account.pk, source=written.source, external_id=written.external_id, raw=written.raw, now=now
        )
        payload = intake.read_now(accepted.payload_id, now=now, worker=READER)
        message = intake.message_of(payload)
        if message is None:
            raise LookupError(f"Payload {payload.pk} of the demo brought no message: {payload.outcome}")
        self.message, self.enquiry, self.first = message, message.enquiry, written.first

    def _token(self) -> str:
        return secret_of(self.enquiry, EnquiryToken.Purpose.MAIL) if self.plan.kind == "email" else ""

    def _sort(self, now: datetime) -> None:
        topic = self.city.topics[self.plan.story.topic]
        if self.enquiry.topic_id != topic.pk:
            triage.sort(enquiry_id=self.enquiry.pk, topic=topic, team=self.crew.team, by_id=self.agent.pk, now=now)

    def _draft(self, now: datetime) -> ReplyVersion:
        return replies.save_draft(
            enquiry_id=self.enquiry.pk,
            answers_id=self.message.pk,
            author_id=self.agent.pk,
            text=self.plan.story.answer,
            now=now,
        )

    def _return(self, version: ReplyVersion, now: datetime) -> None:
        reason = list(NOTES)[self.plan.serial % len(NOTES)]
        replies.return_reply(
            reply_id=version.reply_id, by_id=self.supervisor.pk, reason=reason, note=NOTES[reason], now=now
        )
