"""What people send when they do something with an enquiry besides answering it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.access import visible_to
from agents.approving.policy_words import or_of
from agents.models import User
from enquiries.models import Enquiry, Message, Team, Topic
from enquiries.queries.colleagues import people_who_may_see
from enquiries.rules import references
from enquiries.services.triage import Waits, what_waits

MOST_SUGGESTED = 8
UNKNOWN = _("No enquiry that you may see has this reference.")
INPUT = {"class": "input"}


class ActForm(forms.Form):
    """The beginning of each of them: who asks, about which enquiry, and what had happened to it when they were asked."""

    stamp = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, enquiry: Enquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.enquiry = person, enquiry
        self.offer()

    def offer(self) -> None:
        """Fill the lists to choose from."""

    def choose_from(self, name: str, rows: Any) -> None:
        """Let a field offer these rows only."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = rows


class AssignForm(ActForm):
    """A colleague who may see the enquiry."""

    to = forms.ModelChoiceField(User.objects.none(), label=_("Colleague"), empty_label=None, widget=forms.Select(INPUT))

    def offer(self) -> None:
        """Offer those who may see it, by name."""
        self.choose_from("to", people_who_may_see(self.enquiry, now=timezone.now()))


class TakeOverForm(ActForm):
    """Why it is taken out of somebody's hands."""

    reason = forms.CharField(
        label=_("Why do you take it over?"),
        help_text=_("They will read this. What they have written stays theirs."),
        max_length=500,
        widget=forms.Textarea(INPUT | {"rows": 2}),
    )


class ReleaseForm(ActForm):
    """What whoever goes on should know."""

    note = forms.CharField(
        label=_("A word for whoever goes on"),
        help_text=_("What you have found out, what is still open. You may leave it empty."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(INPUT | {"rows": 3}),
    )


class TeamForm(ActForm):
    """The team that answers from now on."""

    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Team"),
        required=False,
        empty_label=_("No team: everybody sees it"),
        widget=forms.Select(INPUT),
    )

    def offer(self) -> None:
        """Offer the teams of the organisation, and say what becomes of a reply that waits for approval."""
        teams = self.enquiry.organisation.teams.order_by("name")
        self.choose_from("team", teams)
        waits = what_waits(self.enquiry, teams, now=timezone.now())
        if waits:
            self.fields["team"].help_text = _told_before(waits, teams)


def _told_before(waits: Waits, teams: Iterable[Team]) -> str:
    """Say before an enquiry is moved what that means for the reply that waits here."""
    there = [gettext("no team"), *(team.name for team in teams if team.pk in waits.stays_in - {waits.team_id})]
    words = gettext(
        "A reply of %(author)s waits for approval. If you choose %(teams)s, it goes on waiting there and is approved there. "
        "Anywhere else it goes back and has to be submitted again; nothing of it is lost."
    )
    return words % {"author": waits.author, "teams": or_of(there)}


class TopicForm(ActForm):
    """What the enquiry is about."""

    topic = forms.ModelChoiceField(Topic.objects.none(), label=_("Topic"), required=False, empty_label=_("No topic"))
    as_buttons = "topic"

    def offer(self) -> None:
        """Offer the topics of the organisation."""
        self.choose_from("topic", self.enquiry.organisation.topics.order_by("position", "name"))


class PriorityForm(ActForm):
    """How much it presses."""

    priority = forms.TypedChoiceField(choices=Enquiry.Priority.choices, coerce=int, label=_("Priority"))
    as_buttons = "priority"


class WaitForm(ActForm):
    """Until when it waits for its citizen."""

    until = forms.DateField(
        label=_("Wake it on"),
        help_text=_("It comes back to the queue that morning, or at once when the citizen writes."),
        widget=forms.DateInput(INPUT | {"type": "date"}, format="%Y-%m-%d"),
        initial=lambda: timezone.localdate() + timedelta(days=7),
    )
    note = forms.CharField(
        label=_("What do we wait for?"), required=False, max_length=500, widget=forms.TextInput(INPUT)
    )


class NoteForm(ActForm):
    """Words for colleagues."""

    text = forms.CharField(
        label=_("Note for colleagues"),
        help_text=_("It never leaves the building. Write @ and a name to tell somebody."),
        max_length=5000,
        widget=forms.Textarea(INPUT | {"rows": 4, "dir": "auto"}),
    )


class OtherForm(ActForm):
    """Another enquiry: chosen from the citizen's own, or by its reference."""

    other = forms.CharField(required=False, max_length=40)
    reference = forms.CharField(
        label=_("Or by its reference"), required=False, max_length=40, widget=forms.TextInput(INPUT)
    )

    def offer(self) -> None:
        """Read the citizen's other enquiries, the newest first."""
        self.known = visible_to(self.person).exclude(pk=self.enquiry.pk)
        same = self.known.filter(citizen_id=self.enquiry.citizen_id, merged_into__isnull=True)
        self.suggested = list(same.order_by("-pk")[:MOST_SUGGESTED])

    def clean(self) -> dict[str, Any]:
        """Find the one that is meant. What may not be seen and what is not there get the same answer."""
        found = super().clean() or {}
        words = str(found.get("reference") or found.get("other") or "").replace("\x00", "")
        if not words.strip():
            raise forms.ValidationError(_("Choose an enquiry, or give its reference."))
        found["enquiry"] = self.known.filter(reference=references.normalise(words) or words).first()
        if found["enquiry"] is None:
            self.add_error("reference", UNKNOWN)
        return found


class MergeForm(OtherForm):
    """With which one it is put together, and which of the two stays in the queue."""

    stays = forms.ChoiceField(
        label=_("Which one stays in the queue?"),
        choices=[
            ("this", _("This one: the other is shown inside it")),
            ("other", _("The other: this one is shown inside it")),
        ],
        initial="this",
        widget=forms.RadioSelect,
    )
    wrote = forms.ChoiceField(
        label=_("Who wrote them?"),
        choices=[
            ("same", _("The same person: one answer is enough")),
            ("others", _("Different people: each of them is owed an answer")),
        ],
        initial="same",
        required=False,  # whoever does not say is not believed to be the same
        widget=forms.RadioSelect,
    )


class GivenForm(ActForm):
    """Another enquiry that a button names."""

    other = forms.CharField(max_length=40)


class SplitForm(ActForm):
    """Which of the citizen's messages go to an enquiry of their own."""

    messages = forms.ModelMultipleChoiceField(
        Message.objects.none(), label=_("Messages"), widget=forms.CheckboxSelectMultiple
    )

    def offer(self) -> None:
        """Offer the citizen's messages that have no reply yet."""
        said = self.enquiry.messages.filter(direction=Message.Direction.IN).order_by("pk")
        self.choose_from("messages", said)
        self.said = list(said.select_related("author", "account"))
