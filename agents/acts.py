"""Everything a person can do with an enquiry besides answering it: one table for buttons, dialogs and addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.forms import triage as forms
from agents.models import User
from enquiries.models import Enquiry
from enquiries.services import triage

WAKES_AT = time(8, 0)


@dataclass(frozen=True, kw_only=True)
class Doing:
    """One act: who does it, to which enquiry, with which words, when. `data` is what the act's form has checked."""

    person: User
    enquiry: Enquiry
    now: datetime
    data: Mapping[str, Any]

    @property
    def common(self) -> dict[str, Any]:
        """What every service asks for."""
        return {"enquiry_id": self.enquiry.pk, "by_id": self.person.pk, "now": self.now}


def nothing_against(enquiry: Enquiry) -> str:
    """Let an act be offered on every enquiry."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something people do. `run` does it and says what happened; `title` heads its dialog; `button` is what one presses.

    `why_not` says why it cannot be done to an enquiry as it stands, before anybody fills anything in; empty where it can.
    """

    title: Any
    button: Any
    run: Callable[[Doing], str]
    form: type[forms.ActForm] = forms.ActForm
    why_not: Callable[[Enquiry], str] = nothing_against

    @property
    def asks(self) -> bool:
        """Whether there is something to fill in."""
        return self.form is not forms.ActForm


def _claim(doing: Doing) -> str:
    triage.claim(**doing.common)
    return _("It is yours now.")


def _assign(doing: Doing) -> str:
    triage.assign(to_id=doing.data["to"].pk, **doing.common)
    return _("%(name)s has it now.") % {"name": doing.data["to"]}


def _take_over(doing: Doing) -> str:
    triage.take_over(reason=doing.data["reason"], **doing.common)
    return _("It is yours now. Your colleague sees why.")


def _release(doing: Doing) -> str:
    triage.release(note=doing.data["note"], **doing.common)
    return _("Given back to the team.")


def _transfer(doing: Doing) -> str:
    team = doing.data["team"]
    handed = triage.transfer(team=team, **doing.common)
    name = team.name if team else _("everybody")
    said = _("%(reference)s went to %(team)s.") % {"reference": doing.enquiry.reference, "team": name}
    return f"{said} {_what_became_of(handed)}" if handed else said


def _what_became_of(handed: triage.HandedOn) -> str:
    if handed.stays:
        return _("The reply of %(author)s waits there for approval now.") % {"author": handed.author}
    return _("The reply of %(author)s went along and has to be submitted there again.") % {"author": handed.author}


def _topic(doing: Doing) -> str:
    topic = doing.data["topic"]
    triage.set_topic(topic=topic, **doing.common)
    return _("Topic: %(topic)s.") % {"topic": topic.name} if topic else _("It has no topic now.")


def _priority(doing: Doing) -> str:
    triage.set_priority(priority=doing.data["priority"], **doing.common)
    return _("Priority: %(priority)s.") % {"priority": Enquiry.Priority(doing.data["priority"]).label}


def _wait(doing: Doing) -> str:
    zone = ZoneInfo(doing.enquiry.organisation.time_zone)
    until = datetime.combine(doing.data["until"], WAKES_AT, zone)
    triage.wait(until=until, note=doing.data["note"], **doing.common)
    return _("It waits for the citizen now.")


def why_it_cannot_wait(enquiry: Enquiry) -> str:
    """Say why an enquiry, as it was read, cannot wait for its citizen; the service looks again when it is asked to."""
    return triage.why_it_cannot_wait(enquiry, is_owed=enquiry.due_at is not None)


def _wake(doing: Doing) -> str:
    triage.wake(**doing.common)
    return _("Open again. The clock has started.")


def _close(doing: Doing) -> str:
    triage.close(**doing.common)
    return _("Closed.")


def _reopen(doing: Doing) -> str:
    triage.reopen(**doing.common)
    return _("Open again. The clock has started.")


def _note(doing: Doing) -> str:
    kept = triage.add_note(text=doing.data["text"], **doing.common)
    if kept.unknown:
        names = ", ".join(kept.unknown)
        return _("Note kept. %(names)s: nobody who may see this enquiry is called that.") % {"names": names}
    if kept.told:
        return _("Note kept. %(names)s will see it.") % {"names": ", ".join(kept.told)}
    return _("Note kept.")


def _merge(doing: Doing) -> str:
    other: Enquiry = doing.data["enquiry"]
    behind, stays = (other, doing.enquiry) if doing.data["stays"] == "this" else (doing.enquiry, other)
    triage.merge(
        enquiry_id=behind.pk,
        into_id=stays.pk,
        by_id=doing.person.pk,
        now=doing.now,
        same_person=doing.data["wrote"] == "same",
    )
    words = {"one": behind.reference, "into": stays.reference}
    return _("%(one)s is part of %(into)s now. You can undo this at any time.") % words


def _unmerge(doing: Doing) -> str:
    merged = doing.enquiry.merged.filter(reference=doing.data["other"]).first()
    if merged is None:
        return _("It stands by itself already.")
    triage.unmerge(enquiry_id=merged.pk, by_id=doing.person.pk, now=doing.now)
    return _("%(reference)s stands by itself again, as it was.") % {"reference": merged.reference}


def _split(doing: Doing) -> str:
    chosen = [message.pk for message in doing.data["messages"]]
    new = triage.split(message_ids=chosen, **doing.common)
    words = ngettext("%(n)d message went to %(reference)s.", "%(n)d messages went to %(reference)s.", len(chosen))
    return words % {"n": len(chosen), "reference": new.reference}


def _link(doing: Doing) -> str:
    other: Enquiry = doing.data["enquiry"]
    triage.link(other_id=other.pk, **doing.common)
    return _("Linked with %(reference)s.") % {"reference": other.reference}


def _unlink(doing: Doing) -> str:
    for other in Enquiry.objects.filter(reference=doing.data["other"], organisation_id=doing.enquiry.organisation_id):
        triage.unlink(other_id=other.pk, **doing.common)
    return _("The link is gone.")


T = gettext_lazy
ACTS: dict[str, Act] = {
    "claim": Act(title=T("Take it"), button=T("Take"), run=_claim),
    "assign": Act(title=T("Who takes care of it?"), button=T("Assign"), run=_assign, form=forms.AssignForm),
    "take-over": Act(title=T("Take it over"), button=T("Take over"), run=_take_over, form=forms.TakeOverForm),
    "release": Act(title=T("Give it back to the team"), button=T("Give back"), run=_release, form=forms.ReleaseForm),
    "transfer": Act(title=T("Move it to another team"), button=T("Move"), run=_transfer, form=forms.TeamForm),
    "topic": Act(title=T("What is it about?"), button=T("Set topic"), run=_topic, form=forms.TopicForm),
    "priority": Act(
        title=T("How much does it press?"), button=T("Set priority"), run=_priority, form=forms.PriorityForm
    ),
    "wait": Act(
        title=T("Wait for the citizen"),
        button=T("Let it wait"),
        run=_wait,
        form=forms.WaitForm,
        why_not=why_it_cannot_wait,
    ),
    "wake": Act(title=T("Take it up again"), button=T("Take it up again"), run=_wake),
    "close": Act(title=T("Close it"), button=T("Close"), run=_close),
    "reopen": Act(title=T("Open it again"), button=T("Open again"), run=_reopen),
    "note": Act(title=T("Note for colleagues"), button=T("Keep note"), run=_note, form=forms.NoteForm),
    "merge": Act(title=T("Merge with another enquiry"), button=T("Merge"), run=_merge, form=forms.MergeForm),
    "unmerge": Act(title=T("Take it out again"), button=T("Undo merge"), run=_unmerge, form=forms.GivenForm),
    "split": Act(title=T("Split off messages"), button=T("Split off"), run=_split, form=forms.SplitForm),
    "link": Act(title=T("Link with another enquiry"), button=T("Link"), run=_link, form=forms.OtherForm),
    "unlink": Act(title=T("Take the link away"), button=T("Take away"), run=_unlink, form=forms.GivenForm),
}
"""Name, as in the address → act."""
