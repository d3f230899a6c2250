"""Northwell's standard answers: most of them right, one about to expire, one expired, one with new words that wait."""

from __future__ import annotations

import random
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from citizenservice.demo.city import City
from enquiries.models import Reply, ReplyVersion, StandardAnswerUse, StandardAnswerVersion
from enquiries.services.standard_answers import standards
from enquiries.services.standard_answers.standards import Head

FILE = Path(__file__).parent / "stories" / "standards.toml"
LANGUAGES = "en nl"
MOST_USES = 24
SEED = 2026


def keep_standards(city: City, *, now: datetime) -> None:
    """Write the answers with their versions, each approved by another supervisor, and some of their uses."""
    city.organisation.languages = LANGUAGES
    city.organisation.save(update_fields=["languages"])
    chance = random.Random(SEED)
    for told in tomllib.loads(FILE.read_text(encoding="utf-8"))["answer"]:
        version = _keep(city, told, now)
        _use(version, told["topic"], chance)


def _keep(city: City, told: dict[str, Any], now: datetime) -> StandardAnswerVersion:
    """Write one answer as its supervisor did, some months ago, and let a colleague approve it a day later."""
    then = now - timedelta(days=told["age"])
    topic = city.topics[told["topic"]]
    crew = next(crew for crew in city.crews.values() if crew.team == topic.team)
    author = crew.supervisors[0]
    others = [one for each in city.crews.values() for one in each.supervisors if one != author]
    head = Head(
        title=told["title"],
        topic=topic,
        source=told["source"],
        expires_on=(then + timedelta(days=told["life"])).date(),
    )
    answer = standards.add(organisation=city.organisation, head=head, texts=told["texts"], by_id=author.pk, now=then)
    version = answer.versions.get()
    standards.approve_version(version_id=version.pk, by_id=others[0].pk, now=then + timedelta(days=1))
    if "newer" in told:
        standards.write_version(
            answer_id=answer.pk,
            texts={kind: words | told["newer"].get(kind, {}) for kind, words in told["texts"].items()},
            by_id=author.pk,
            now=now - timedelta(hours=3),
            seen_n=1,
        )
    return version


def _use(version: StandardAnswerVersion, topic: str, chance: random.Random) -> None:
    """Say of some replies on the topic that they began with this answer: most were hardly changed, a few rewritten."""
    replies = ReplyVersion.objects.filter(reply__state=Reply.State.POSTED, reply__enquiry__topic__name=topic)
    newest = replies.order_by("reply_id", "-n").distinct("reply_id")[: chance.randrange(6, MOST_USES)]
    StandardAnswerUse.objects.bulk_create(
        StandardAnswerUse(
            standard=version,
            version=reply,
            changed=min(100, int(chance.expovariate(1 / 14))),
            used_at=reply.created_at,
        )
        for reply in newest
    )
