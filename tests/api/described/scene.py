"""What stands in the tables while every call is tried: something real for every number that a call may name."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

from agents.models import SavedFilter, Substitution
from agents.queue import many
from api.models import ApiToken, Scope
from enquiries.models import Enquiry, Monitor, ReplyVersion
from enquiries.services.approving import freezing, reviewing
from enquiries.services.files import reply_files
from enquiries.services.platforms.listening import as_seen
from tests.agents.listening_rows import moderation_of, something_heard
from tests.agents.scenes import came_back, for_a_person, unreadable
from tests.api.conftest import token
from tests.enquiries.approving.scenes import a_rule, make_policy
from tests.files.drawn import png
from tests.people import City, approved, arrive, draft, submitted
from tests.standards import standard

NEGATIVE = GenerationMode.NEGATIVE


@dataclass
class Scene:
    """Something real for every number that a call may name, so that calls come further than to "not found"."""

    headers: dict[str, str]
    paths: dict[str, list[Any]]
    body: dict[str, Any]

    def lead(self, case: Any) -> None:
        """Put real names into every address that fits the description, and real numbers into every second such body."""
        modes = {place: info.mode for place, info in case.meta.components.items()} if case.meta else {}
        chance = zlib.crc32(repr(case.body).encode("utf-8", "surrogatepass"))
        for name, known in self.paths.items():
            if name in (case.path_parameters or {}) and modes.get(ParameterLocation.PATH) is not NEGATIVE:
                case.path_parameters[name] = known[chance % len(known)]
        if isinstance(case.body, dict) and chance % 2 and modes.get(ParameterLocation.BODY) is not NEGATIVE:
            real_ones = {name: real for name, real in self.body.items() if case.body.get(name)}
            # What one call names by a number, another may name by a word.
            case.body |= {name: real for name, real in real_ones.items() if type(real) is type(case.body[name])}


def set_scene(city: City) -> Scene:
    now = timezone.now()
    waiting = submitted(city, arrive(city, "email", now=now), now=now)
    own = draft(city, arrive(city, "x", now=now), now=now)
    leaving = approved(city, arrive(city, "facebook", now=now), now=now)
    other = arrive(city, "web", now=now).enquiry
    words = standard(city, now=now)
    led, heard = for_who_leads(city, leaving.version, now), around(city)
    stop = freezing.freeze(
        organisation=city.organisation,
        scope="EVERYTHING",
        reason="Night",
        by_id=city.bob.pk,
        expires_at=now + timedelta(hours=1),
        now=now,
    )
    topic = city.organisation.topics.get(name="Waste and recycling")
    answered = [version.reply.answers for version in (waiting, own, leaving.version)]
    secret = token(city.organisation, *Scope.values, user=city.bob)
    return Scene(
        headers={"Authorization": f"Bearer {secret}"},
        paths={
            "reference": [message.enquiry.reference for message in answered],
            "reply_id": [waiting.reply_id, leaving.reply_id],
            "answer_id": [words.answer_id],
            "freeze_id": [stop.pk],
            **a_picture(city, own, now),
            **led,
            **heard,
        },
        body={
            "answers": own.reply.answers_id,
            "side": own.content["side"],
            "version": own.pk,
            "sha256": bytes(waiting.content_sha256).hex(),
            "other": other.reference,
            "to": city.alice.pk,
            "team": city.roads.pk,
            "account": city.accounts["x"].pk,
            "seen": as_seen(Monitor.objects.get()),
            "stamp": 10**9,
            "plan": a_plan(other),
            "enquiries": [other.reference],
            "agent": city.alice.pk,
            "buddy": city.charlie.pk,
            "user": city.charlie.pk,
            "topic": topic.pk,
        },
    )


def a_plan(other: Enquiry) -> str:
    """Plan to close an enquiry, as the only program there is would have it counted."""
    plan = many.Plan(act="close", is_all=False, query="", ids=[other.pk], upto=other.pk, total=1)
    return many.signed(plan, salt=f"api.bulk.token:{ApiToken.objects.get().pk}")


def a_picture(city: City, own: ReplyVersion, now: datetime) -> dict[str, list[Any]]:
    """Put in a file for a reply, and name it as addresses do."""
    file = reply_files.put_in(
        enquiry_id=own.reply.enquiry_id,
        answers_id=own.reply.answers_id,
        by_id=city.bob.pk,
        name="map.png",
        content=png(),
        alt_text="A map",
        now=now,
    )
    return {"token": [file.token]}


def around(city: City) -> dict[str, list[Any]]:
    """Let a monitor hear a post, and ask that other words be hidden; name all of it as addresses do."""
    heard = something_heard(city)
    asked = moderation_of(city)
    return {
        **{name: [number] for name, number in heard.items()},
        "monitor_id": [Monitor.objects.get().pk],
        "message_id": [asked.message_id],
        "moderation_id": [asked.pk],
    }


def for_who_leads(city: City, left: ReplyVersion, now: datetime) -> dict[str, list[Any]]:
    """Make what those who lead look after, and name it as addresses do."""
    unsure = for_a_person(city, now=now)
    make_policy(city, a_rule("TWO", side=["PUBLIC"]), now=now)
    kept = SavedFilter.objects.create(owner=city.bob, name="Late", query="view=overdue")
    stands_in = Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=now + timedelta(days=9))
    return {
        "filter_id": [kept.pk],
        "substitution_id": [stands_in.pk],
        "review_id": [reviewing.ask_after_check(left, now=now).pk],
        "n": [1],
        "topic_id": [city.organisation.topics.earliest("pk").pk],
        "user_id": [city.alice.pk],
        "kind": ["email"],
        "posting_id": [unsure.pk],
        "payload_id": [unreadable(city).pk],
        "notice_id": [came_back(city).pk],
    }
