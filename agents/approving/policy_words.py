"""The rules of a policy as people read and choose them: what may be asked for, under which names, and a rule as a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.models import User
from enquiries.contract import Side
from enquiries.models import ChannelKind, Organisation
from enquiries.registry import outward_choices
from enquiries.rules.policy import WORDS, Outcome, Rule, Tone

NONE = "none"
LABELS = {
    "channel": gettext_lazy("Channel"),
    "account": gettext_lazy("Account"),
    "side": gettext_lazy("Side"),
    "team": gettext_lazy("Team"),
    "topic": gettext_lazy("Topic"),
    "agent": gettext_lazy("Author"),
    "tone": gettext_lazy("The citizen writes"),
    "incident": gettext_lazy("Incident on the topic"),
    "first_reply": gettext_lazy("First reply to this citizen"),
}
TONES = {
    Tone.HOSTILE: gettext_lazy("hostile"),
    Tone.CRITICAL: gettext_lazy("critical"),
    Tone.NEUTRAL: gettext_lazy("neutral"),
    Tone.THANKFUL: gettext_lazy("thankful"),
}
OUTCOMES = {
    Outcome.TWO: gettext_lazy("Two persons read it first"),
    Outcome.ALWAYS: gettext_lazy("One person reads it first"),
    Outcome.SAMPLE: gettext_lazy("A share is read first, the rest afterwards"),
    Outcome.FREE: gettext_lazy("It leaves at once and is looked at afterwards"),
    Outcome.BY_TRUST: gettext_lazy("The author’s trust decides"),
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that rules may ask for, with its values as (text in the form, label)."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Said:
    """A rule in words: its conditions as (label, values), and what it asks for."""

    name: str
    conditions: Sequence[tuple[str, str]]
    outcome: str

    @property
    def line(self) -> str:
        """All of it in one line, to compare versions by."""
        when = "; ".join(f"{label}: {values}" for label, values in self.conditions) or _("Always")
        return f"{self.name} – {when} → {self.outcome}"


def conditions_of(organisation: Organisation) -> list[Condition]:
    """List what rules of an organisation may ask for. Four statements."""
    yes_no = [("yes", _("yes")), ("no", _("no"))]
    rows: Mapping[str, Sequence[tuple[str, str]]] = {
        "channel": [(value, str(label)) for value, label in outward_choices()],
        "account": [(str(one.pk), str(one)) for one in organisation.accounts.exclude(kind=ChannelKind.PRACTICE)],
        "side": [(Side.PUBLIC.value, _("Public")), (Side.PRIVATE.value, _("Private"))],
        "team": [*_named(organisation.teams), (NONE, _("no team"))],
        "topic": [*_named(organisation.topics), (NONE, _("no topic"))],
        "agent": _named(User.objects.filter(memberships__organisation=organisation, is_active=True).distinct()),
        "tone": [(tone.value, str(label)) for tone, label in TONES.items()],
        "incident": yes_no,
        "first_reply": yes_no,
    }
    return [Condition(name=name, label=str(label), choices=rows[name]) for name, label in LABELS.items()]


def _named(rows: Any) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in rows.order_by("name").values_list("pk", "name")]


def as_text(value: Any) -> str:
    """Write a value of a rule as the form carries it."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def as_value(name: str, text: str) -> Any:
    """Read a value of the form as rules keep it. Raises ValueError for what is none."""
    if name in ("incident", "first_reply"):
        return {"yes": True, "no": False}[text] if text in ("yes", "no") else _refuse(text)
    if name in ("agent", "account", "team", "topic"):
        if text == NONE and name in ("team", "topic"):
            return None
        return int(text)
    return text


def _refuse(text: str) -> bool:
    raise ValueError(text)


def say(rules: Sequence[Rule], conditions: Sequence[Condition]) -> list[Said]:
    """Say rules in words. What is not there any more says so."""
    return [_say(rule, {one.name: one for one in conditions}) for rule in rules]


def _say(rule: Rule, known: Mapping[str, Condition]) -> Said:
    found: list[tuple[str, str]] = []
    for name, allowed in rule.when.items():
        if name == WORDS:
            found.append((_("Words"), or_of([f"“{word}”" for word in allowed])))
            continue
        labels = dict(known[name].choices)
        found.append((known[name].label, or_of([labels.get(as_text(each), gone(each)) for each in allowed])))
    outcome = str(OUTCOMES[rule.outcome])
    if rule.outcome is Outcome.SAMPLE:
        outcome = _("%(n)d of 100 are read first, the rest afterwards") % {"n": rule.percent or 100}
    return Said(name=rule.name, conditions=found, outcome=outcome)


def gone(value: Any) -> str:
    """Name a value that the organisation has no more."""
    return _("not there any more (%(value)s)") % {"value": as_text(value)}


def or_of(labels: Sequence[str]) -> str:
    """Join names as one says them: Waste, Roads or Parks."""
    if len(labels) < 2:
        return "".join(labels)
    return _("%(some)s or %(last)s") % {"some": ", ".join(labels[:-1]), "last": labels[-1]}
