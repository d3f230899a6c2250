"""What the demo's citizens say of our answers on their private pages: most were helped, a few were not and say why."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from citizenservice.demo.city import City
from enquiries.models import Posting, Satisfaction
from enquiries.services import satisfaction

SEED = 7
HELPED, PARTLY, NOT_HELPED = Satisfaction.Score.HELPED, Satisfaction.Score.PARTLY, Satisfaction.Score.NOT_HELPED
SHARES = {HELPED: 70, PARTLY: 18, NOT_HELPED: 12}
"""In a hundred of those who say something."""
WORDS = {
    "en": {
        HELPED: "Quick and friendly, thank you.",
        PARTLY: "Clear, but I still do not know on which day.",
        NOT_HELPED: "I asked why it happens every week, and you only tell me that you will come.",
    },
    "nl": {
        HELPED: "Snel en vriendelijk, dank u.",
        PARTLY: "Duidelijk, maar ik weet nog niet op welke dag.",
        NOT_HELPED: "Ik vroeg waarom het elke week gebeurt, en u schrijft alleen dat u komt.",
    },
}
"""Those who write in other languages choose, and say no more."""


def tell(city: City, *, now: datetime) -> None:
    """Let most who can be asked say whether the answer helped. Call when the answers have arrived."""
    chance = random.Random(SEED)
    left = Posting.objects.filter(
        state=Posting.State.POSTED, account__organisation=city.organisation, account__kind="web", route=0
    )
    for posting in left.select_related("reply__enquiry").order_by("pk"):
        score = chance.choices(list(SHARES), weights=list(SHARES.values()))[0]
        says_more = score == NOT_HELPED or chance.random() < 0.4
        after = timedelta(minutes=chance.randint(10, 600))
        if posting.posted_at is None or posting.posted_at + after > now or chance.random() < 0.15:
            continue
        enquiry = posting.reply.enquiry
        satisfaction.say(
            enquiry_id=enquiry.pk,
            reply_id=posting.reply_id,
            score=score,
            words=WORDS.get(enquiry.language[:2], {}).get(score, "") if says_more else "",
            now=posting.posted_at + after,
        )
