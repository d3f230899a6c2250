"""Everything a program can do with an enquiry besides answering it: one table from which addresses and description come.

What each act is called, and what it does, is the desk's own table (`agents.acts`) said for programs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from agents.history import changes_since
from agents.live.stamp import enquiry_stamp
from agents.models import User
from api.callers import Caller
from api.keys import Answered
from api.problems import Unprocessable
from api.refusals import ChangedMeanwhile
from api.shapes import acts as shapes
from api.shapes.enquiries import Happened
from enquiries.models import Enquiry
from enquiries.rules import references
from enquiries.services import triage


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One act: who does it, to which enquiry, with which words, when. `sent` is what the act's shape has checked."""

    caller: Caller
    enquiry: Enquiry
    sent: Mapping[str, Any]
    now: datetime

    @property
    def common(self) -> dict[str, Any]:
        """What every service asks for."""
        return {"enquiry_id": self.enquiry.pk, "by_id": self.caller.by_id, "now": self.now}

    def chosen(self, name: str, rows: Any) -> Any:
        """Find what the body names by number; None for null. Raises Unprocessable for what is not among `rows`."""
        if self.sent[name] is None:
            return None
        return self.found(name, rows.filter(pk=self.sent[name]).first())

    def other(self) -> Enquiry:
        """Find the other enquiry that is meant, as far as the caller may see it. Raises Unprocessable."""
        written = references.normalise(self.sent["other"]) or ""
        return self.found("other", self.caller.visible().filter(reference=written).first())  # type: ignore[no-any-return]

    @staticmethod
    def found(name: str, thing: Any) -> Any:
        """Let pass what is there. Raises Unprocessable."""
        if thing is None:
            raise Unprocessable({name: [_("There is nothing of this name or number that you may see.")]})
        return thing


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something to do with an enquiry. `run` does it, and gives the enquiry to tell about where that is another one."""

    summary: str
    run: Callable[[Doing], Enquiry | None]
    shape: type[shapes.Act] = shapes.Act
    about: str = ""
    status: HTTPStatus = HTTPStatus.OK


def do(act: Act, *, caller: Caller, reference: str, sent: Mapping[str, Any], now: datetime) -> Answered:
    """Do an act and tell where the enquiry stands. Raises Http404, ChangedMeanwhile, and what the services raise."""
    enquiry = caller.enquiry(reference)
    _check_stamp(enquiry, sent.get("stamp"), caller.who)
    told = act.run(Doing(caller=caller, enquiry=enquiry, sent=sent, now=now)) or enquiry
    return Answered(status=act.status, body=stands(caller, told))


def _check_stamp(enquiry: Enquiry, stamp: int | None, person: User) -> None:
    lines = changes_since(enquiry, stamp, by=person)
    if lines:
        said: Any = Happened(lines, many=True).data
        raise ChangedMeanwhile(said, int(enquiry_stamp(enquiry.pk)))


def stands(caller: Caller, enquiry: Enquiry) -> dict[str, Any]:
    """Tell where an enquiry stands now, ready for JSON and without anybody's words, in two statements."""
    rows = caller.visible().select_related("team", "topic", "assignee", "merged_into")
    found = rows.filter(pk=enquiry.pk).first()
    stamp = int(enquiry_stamp(enquiry.pk)) if found else None
    return dict(shapes.Done({"reference": enquiry.reference, "enquiry": found, "stamp": stamp}).data)


def _claim(doing: Doing) -> None:
    triage.claim(**doing.common)


def _take_over(doing: Doing) -> None:
    triage.take_over(reason=doing.sent["reason"], **doing.common)


def _release(doing: Doing) -> None:
    triage.release(note=doing.sent["note"], **doing.common)


def _assign(doing: Doing) -> None:
    colleagues = User.objects.filter(memberships__organisation=doing.enquiry.organisation_id, is_active=True)
    triage.assign(to_id=doing.chosen("to", colleagues).pk, **doing.common)


def _transfer(doing: Doing) -> None:
    triage.transfer(team=doing.chosen("team", doing.enquiry.organisation.teams), **doing.common)


def _topic(doing: Doing) -> None:
    triage.set_topic(topic=doing.chosen("topic", doing.enquiry.organisation.topics), **doing.common)


def _priority(doing: Doing) -> None:
    triage.set_priority(priority=doing.sent["priority"], **doing.common)


def _wait(doing: Doing) -> None:
    triage.wait(until=doing.sent["until"], note=doing.sent["note"], **doing.common)


def _wake(doing: Doing) -> None:
    triage.wake(**doing.common)


def _close(doing: Doing) -> None:
    triage.close(**doing.common)


def _reopen(doing: Doing) -> None:
    triage.reopen(**doing.common)


def _merge(doing: Doing) -> None:
    into = doing.other()
    triage.merge(into_id=into.pk, same_person=doing.sent["same_person"], **doing.common)


def _unmerge(doing: Doing) -> None:
    triage.unmerge(**doing.common)


def _split(doing: Doing) -> Enquiry:
    return triage.split(message_ids=doing.sent["messages"], **doing.common)


def _link(doing: Doing) -> None:
    triage.link(other_id=doing.other().pk, **doing.common)


def _unlink(doing: Doing) -> None:
    triage.unlink(other_id=doing.other().pk, **doing.common)


ACTS: Mapping[str, Act] = {
    "claim": Act(
        summary="Take it",
        run=_claim,
        about="For a while nobody else may submit a reply; what you do renews it.",
    ),
    "take-over": Act(
        summary="Take it out of a colleague's hands",
        run=_take_over,
        shape=shapes.TakeOver,
        about="They read the reason.",
    ),
    "release": Act(summary="Give it back to the team", run=_release, shape=shapes.Release),
    "assign": Act(summary="Put it into somebody's hands", run=_assign, shape=shapes.Assign),
    "transfer": Act(
        summary="Move it to another team", run=_transfer, shape=shapes.Transfer, about="Clock and history go along."
    ),
    "topic": Act(summary="Say what it is about", run=_topic, shape=shapes.SetTopic),
    "priority": Act(summary="Say how much it presses", run=_priority, shape=shapes.SetPriority),
    "wait": Act(
        summary="Let it wait for the citizen",
        run=_wait,
        shape=shapes.Wait,
        about="Only when nothing is owed to them; their next words wake it, else the moment given, at most a year off.",
    ),
    "wake": Act(summary="Take it up again", run=_wake),
    "close": Act(summary="Close it", run=_close),
    "reopen": Act(summary="Open it again", run=_reopen),
    "merge": Act(
        summary="Put it behind another enquiry",
        run=_merge,
        shape=shapes.Merging,
        about="`other` then shows both. Its own rows stay as they are, so that it can be undone exactly.",
    ),
    "unmerge": Act(summary="Take it out again, as it was", run=_unmerge),
    "split": Act(
        summary="Give messages an enquiry of their own",
        run=_split,
        shape=shapes.Split,
        about="Tells where the new one stands.",
        status=HTTPStatus.CREATED,
    ),
    "link": Act(summary="Link it with another enquiry", run=_link, shape=shapes.Other),
    "unlink": Act(summary="Take the link away", run=_unlink, shape=shapes.Other),
}
"""Name, as in the address → act."""
