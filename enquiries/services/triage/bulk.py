"""One act on many enquiries: each by the service that does it to one, each failure counted with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from enquiries.models import Enquiry, Team, Topic
from enquiries.rules.workflow import IllegalMove
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.triage import closing, hands, sorting, waiting
from enquiries.services.triage.telling import TriageRefused

Act = Callable[[int], None]
"""Does its work on the enquiry with this number, in a transaction of its own; refuses by raising."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """How many enquiries went through, and why others did not: reason in words → how many."""

    done: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: Done) -> Done:
        refused = Counter(self.refused) + Counter(other.refused)
        return Done(done=self.done + other.done, refused=dict(refused))


def each(enquiry_ids: Iterable[int], act: Act) -> Done:
    """Do `act` to each. A refusal concerns only the one it is about: the others go on."""
    done, refused = 0, Counter[str]()
    for enquiry_id in enquiry_ids:
        try:
            act(enquiry_id)
        except (TriageRefused, SomebodyWasFaster) as refusal:
            refused[str(refusal)] += 1
        except (IllegalMove, Enquiry.DoesNotExist):
            refused[""] += 1
        else:
            done += 1
    return Done(done=done, refused=dict(refused))


def assign(*, to_id: int, by_id: int, now: datetime) -> Act:
    """Make the act that puts an enquiry into somebody's hands."""
    return lambda enquiry_id: hands.assign(enquiry_id=enquiry_id, to_id=to_id, by_id=by_id, now=now)


def release(*, by_id: int, now: datetime) -> Act:
    """Make the act that gives an enquiry back to its team."""
    return lambda enquiry_id: hands.release(enquiry_id=enquiry_id, by_id=by_id, now=now)


def topic(*, topic: Topic | None, by_id: int, now: datetime) -> Act:
    """Make the act that sets a topic."""
    return lambda enquiry_id: sorting.set_topic(enquiry_id=enquiry_id, topic=topic, by_id=by_id, now=now)


def transfer(*, team: Team | None, by_id: int, now: datetime) -> Act:
    """Make the act that moves an enquiry to a team."""

    def act(enquiry_id: int) -> None:
        sorting.transfer(enquiry_id=enquiry_id, team=team, by_id=by_id, now=now)

    return act


def priority(*, priority: int, by_id: int, now: datetime) -> Act:
    """Make the act that sets a priority."""
    return lambda enquiry_id: sorting.set_priority(enquiry_id=enquiry_id, priority=priority, by_id=by_id, now=now)


def wait(*, until: datetime, by_id: int, now: datetime) -> Act:
    """Make the act that lets an enquiry wait for its citizen."""
    return lambda enquiry_id: waiting.wait(enquiry_id=enquiry_id, until=until, by_id=by_id, now=now)


def close(*, by_id: int, now: datetime) -> Act:
    """Make the act that closes an enquiry."""
    return lambda enquiry_id: closing.close(enquiry_id=enquiry_id, by_id=by_id, now=now)


def reopen(*, by_id: int, now: datetime) -> Act:
    """Make the act that opens a closed enquiry again."""
    return lambda enquiry_id: closing.reopen(enquiry_id=enquiry_id, by_id=by_id, now=now)
