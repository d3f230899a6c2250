"""What has to be done inside the service for chaos and surge: a city with accounts, and its approved replies.

They are due at once on a clock that runs fast, or one every so many seconds as in the service.

All guards of the database stay on: each reply is drafted, submitted and approved by two people, only many at a time.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.db import transaction

from bench.chaos_world import Planned
from simulators import credentials

AT_ONCE = 500
KINDS = {"x": "x", "comment": "facebook", "message": "facebook", "mail": "email"}
LEASE_SECONDS, TIMEOUT_SECONDS, SETTLE_SECONDS, UNKNOWN_SECONDS = 8.0, 1.5, 1.2, 240.0
"""As in the service, on a clock that runs about eight times as fast: calls begin within 4 s, a post shows after 0.6."""


def main() -> None:
    """Fill the service with the plan; the answer is how many replies are due."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument(
        "--every", type=float, default=0, help="seconds between two that are due; 0: at once, fast clock"
    )
    for name in ("x", "facebook", "smtp", "imap"):
        parser.add_argument(f"--{name}-port", type=int, required=True)
    options = parser.parse_args()
    django.setup()
    planned = [Planned(**facts) for facts in json.loads(options.plan.read_text())]
    city = City(vars(options), every=options.every)
    for start in range(0, len(planned), AT_ONCE):
        city.answer(planned[start : start + AT_ONCE])
    print(json.dumps({"due": sum(not one.is_decoy for one in planned), "begun": city.begun.isoformat()}))


class City:
    """A city with an account on each platform, an author and an approver.

    Reply number n is due n times `every` seconds after `begun`, once it is approved.
    """

    def __init__(self, ports: dict[str, Any], *, every: float) -> None:
        from agents.models import Membership, Role, User
        from enquiries.models import Organisation, Team
        from worklist.queue import database_now

        self.every, self.begun = every, database_now()
        self.organisation = Organisation.objects.create(name="Northwell", slug="northwell", reference_prefix="NW")
        self.team = Team.objects.create(organisation=self.organisation, name="Front desk")
        people = []
        for name, role in (("Alice", Role.AGENT), ("Bob", Role.SUPERVISOR)):
            user = User.objects.create(email=f"{name.lower()}@northwell.example", name=name, password="!")
            Membership.objects.create(user=user, organisation=self.organisation, team=self.team, role=role)
            people.append(user)
        self.author, self.approver = people
        self.accounts = {
            "x": self._account("x", credentials.X_USER_ID, {"api_url": _web(ports["x_port"])}, _x_secrets()),
            "facebook": self._account(
                "facebook",
                credentials.FACEBOOK_PAGE_ID,
                {"api_url": _web(ports["facebook_port"])},
                {
                    "page_token": credentials.FACEBOOK_PAGE_TOKEN,
                    "app_secret": credentials.FACEBOOK_APP_SECRET,
                    "verify_token": credentials.FACEBOOK_VERIFY_TOKEN,
                },
            ),
            "email": self._account(
                "email", credentials.MAIL_ADDRESS, _mail(ports), {"imap_password": credentials.MAIL_PASSWORD}
            ),
        }

    def _account(self, kind: str, external_id: str, settings: dict[str, Any], secrets: dict[str, str]) -> Any:
        from django.utils.timezone import now

        from enquiries.models import ChannelAccount, PickUp

        fast = {
            "lease_seconds": LEASE_SECONDS,
            "timeout_seconds": TIMEOUT_SECONDS,
            "settle_seconds": SETTLE_SECONDS,
            "unknown_seconds": UNKNOWN_SECONDS,
        }
        pace = {} if self.every else fast
        account = ChannelAccount(
            organisation=self.organisation,
            team=self.team,
            kind=kind,
            name="Northwell",
            external_id=external_id,
            handle=credentials.X_HANDLE if kind == "x" else "",
            settings=pace | settings,
        )
        account.keep_secrets(secrets)
        account.save()
        # What citizens wrote is filled in below; to be read once more it would only cost time.
        PickUp.objects.create(account=account, due_at=now() + timedelta(days=3650))
        return account

    @transaction.atomic
    def answer(self, planned: list[Planned]) -> None:
        """Make the enquiry, the reply, its approval and its posting for each of them."""
        from enquiries.models import Enquiry, Reply
        from worklist.queue import database_now

        now = database_now()
        messages = self._messages(planned, now)
        replies = Reply.objects.bulk_create(
            [Reply(enquiry_id=one.enquiry_id, answers=one, created_at=now) for one in messages]
        )
        versions = self._versions(planned, messages, replies, now)
        mine = Reply.objects.filter(pk__in=[reply.pk for reply in replies])
        theirs = Enquiry.objects.filter(pk__in=[one.enquiry_id for one in messages])
        mine.update(state="SUBMITTED", submitted_at=now)
        theirs.update(state="AWAITING_APPROVAL")
        pairs = [(version, plan) for version, plan in zip(versions, planned, strict=True) if not plan.is_decoy]
        due_at = [self.begun + timedelta(seconds=plan.number * self.every) for _, plan in pairs]
        self._approve([version for version, _ in pairs], due_at, now)

    def _messages(self, planned: list[Planned], now: datetime) -> list[Any]:
        from enquiries.models import Message, Thread

        people, writers = self._people(planned)
        enquiries = self._enquiries(planned, people, now)
        Thread.objects.bulk_create(
            [
                Thread(account=one.account, key=plan.thread, enquiry=one)
                for one, plan in zip(enquiries, planned, strict=True)
            ]
        )
        return Message.objects.bulk_create(
            [
                Message(
                    enquiry=one,
                    account=one.account,
                    direction="IN",
                    side=_side(plan),
                    external_id=plan.target,
                    author=writer,
                    subject=one.subject,
                    text=f"Question {plan.number}?",
                    thread_key=plan.thread,
                    reply_to=plan.recipient,
                    occurred_at=now,
                    recorded_at=now,
                )
                for one, plan, writer in zip(enquiries, planned, writers, strict=True)
            ]
        )

    def _people(self, planned: list[Planned]) -> tuple[list[Any], list[Any]]:
        from enquiries.models import ChannelIdentity, Citizen

        city = self.organisation
        people = Citizen.objects.bulk_create(
            [Citizen(organisation=city, name=f"Citizen {plan.number}") for plan in planned]
        )
        writers = ChannelIdentity.objects.bulk_create(
            [
                ChannelIdentity(
                    organisation=city,
                    citizen=person,
                    kind=KINDS[plan.place],
                    external_id=f"citizen-{plan.place}-{plan.number}",
                    name=person.name,
                )
                for plan, person in zip(planned, people, strict=True)
            ]
        )
        return people, writers

    def _enquiries(self, planned: list[Planned], people: list[Any], now: datetime) -> list[Any]:
        from enquiries.models import Enquiry

        return Enquiry.objects.bulk_create(
            [
                Enquiry(
                    organisation=self.organisation,
                    account=self._of(plan),
                    kind=KINDS[plan.place],
                    reference=f"NW-{plan.number:08d}",
                    team=self.team,
                    citizen=person,
                    subject=f"Question {plan.number}",
                    priority=Enquiry.Priority.URGENT,  # else they would wait for the rest of an allowance
                    side=_side(plan),
                    opened_at=now,
                    last_inbound_at=now,
                )
                for plan, person in zip(planned, people, strict=True)
            ]
        )

    def _versions(self, planned: list[Planned], messages: list[Any], replies: list[Any], now: datetime) -> list[Any]:
        from enquiries.models import ReplyVersion
        from enquiries.services.replies.drafting import content_for

        return ReplyVersion.objects.bulk_create(
            [
                ReplyVersion(
                    reply=reply,
                    n=1,
                    author=self.author,
                    content=content_for(message.enquiry, message, plan.text),
                    last_inbound=message,
                    created_at=now,
                )
                for plan, message, reply in zip(planned, messages, replies, strict=True)
            ]
        )

    def _approve(self, versions: list[Any], due_at: list[datetime], now: datetime) -> None:
        from enquiries.models import Approval, Enquiry, Posting, Reply

        approvals = Approval.objects.bulk_create(
            [
                Approval(
                    version=version,
                    reply_id=version.reply_id,
                    author=self.author,
                    content_sha256=version.content_sha256,
                    approver=self.approver,
                    decided_at=now,
                )
                for version in versions
            ]
        )
        mine = Reply.objects.filter(pk__in=[version.reply_id for version in versions])
        mine.update(state="APPROVED")
        Enquiry.objects.filter(replies__in=mine).update(state="POSTING")
        Posting.objects.bulk_create(
            [
                Posting(
                    reply_id=approval.reply_id,
                    version_id=approval.version_id,
                    approval=approval,
                    content_sha256=approval.content_sha256,
                    account_id=approval.version.content["routes"][0]["account"],
                    due_at=due,
                )
                for approval, due in zip(approvals, due_at, strict=True)
            ]
        )

    def _of(self, plan: Planned) -> Any:
        return self.accounts[KINDS[plan.place]]


def _side(plan: Planned) -> str:
    return "PUBLIC" if plan.place in ("x", "comment") else "PRIVATE"


def _web(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _mail(ports: dict[str, Any]) -> dict[str, Any]:
    return {
        "smtp_host": "127.0.0.1",
        "smtp_port": ports["smtp_port"],
        "smtp_tls": "none",
        "imap_host": "127.0.0.1",
        "imap_port": ports["imap_port"],
        "imap_tls": "none",
        "archive_address": f"archive@{credentials.MAIL_ADDRESS.partition('@')[2]}",
        "archive_folder": "Archive",
    }


def _x_secrets() -> dict[str, str]:
    return {
        "consumer_key": credentials.X_CONSUMER_KEY,
        "consumer_secret": credentials.X_CONSUMER_SECRET,
        "access_token": credentials.X_ACCESS_TOKEN,
        "access_token_secret": credentials.X_ACCESS_TOKEN_SECRET,
    }


if __name__ == "__main__":
    main()
