"""What the demo's citizens say of our answers on their private pages: most were helped, a few were not and say why."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from citizenservice.demo.city import City
from enquiries.models import Posting, Satisfaction
from enquiries.services import satisfaction

HELPED, PARTLY, NOT_HELPED = Satisfaction.Score.HELPED, Satisfaction.Score.PARTLY, Satisfaction.Score.NOT_HELPED
ROUND = (HELPED, NOT_HELPED, HELPED, PARTLY, HELPED)
"""What one person's answers bring, one after the other."""
AFTER = timedelta(minutes=25)
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
"""Those who write in other languages choose a score, and say no more."""


def tell(city: City, *, now: datetime) -> None:
    """Let those who can be asked say whether the answer helped. Call when the answers have arrived."""
    left = Posting.objects.filter(
        state=Posting.State.POSTED, account__organisation=city.organisation, account__kind="web", route=0
    )
    told: Counter[int] = Counter()
    for posting in left.select_related("reply__enquiry", "version").order_by("pk"):
        if posting.posted_at is None or posting.posted_at + AFTER > now:
            continue
        author, enquiry = posting.version.author_id, posting.reply.enquiry
        score = ROUND[told[author] % len(ROUND)]
        told[author] += 1
        satisfaction.say(
            enquiry_id=enquiry.pk,
            reply_id=posting.reply_id,
            score=score,
            words=WORDS.get(enquiry.language[:2], {}).get(score, ""),
            now=posting.posted_at + AFTER,
        )
