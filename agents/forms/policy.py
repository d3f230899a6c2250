"""The rules of a policy as a form: any number of them, added, moved and taken out without a script."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from agents.approving.policy_words import OUTCOMES, Condition, as_text, as_value, gone
from enquiries.rules.policy import WORDS, Outcome, Rule

MOST_RULES = 50
MOST_WORDS = 50
TRIED_FOR_SECONDS = 3600
_signer = signing.TimestampSigner(salt="policy-tried")

Raw = dict[str, list[str]]
"""One rule as the form carries it: field → its texts."""


class RuleForm(forms.Form):
    """One rule: its name, the values of each condition, its words, and what it asks for."""

    name = forms.CharField(
        label=_("Name"), max_length=120, strip=True, error_messages={"required": _("Give the rule a name.")}
    )
    words = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=2000,
        help_text=_("With commas between them. One of them in the reply is enough."),
    )
    outcome = forms.ChoiceField(label=_("Then"), choices=[(one.value, label) for one, label in OUTCOMES.items()])
    percent = forms.IntegerField(label=_("How many of 100"), required=False, min_value=1, max_value=99)

    def __init__(
        self, data: Any = None, *, initial: Any = None, conditions: Sequence[Condition], raw: Raw, n: int
    ) -> None:
        super().__init__(data, prefix=prefix(n), initial=initial)
        self.n = n
        self.conditions = [one.name for one in conditions]
        for one in conditions:
            self.fields[one.name] = forms.MultipleChoiceField(
                label=one.label,
                required=False,
                choices=_with_gone(one, raw.get(one.name, [])),
                widget=forms.CheckboxSelectMultiple,
            )
        for name in ("name", "words", "outcome", "percent"):
            self.fields[name].widget.attrs["class"] = "input"

    def chosen(self) -> list[tuple[forms.BoundField, list[str]]]:
        """List the conditions, each with the labels of what is ticked."""
        pairs = []
        for name in self.conditions:
            bound = self[name]
            ticked = {str(each) for each in bound.value() or []}
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
            choices: Any = field.choices
            pairs.append((bound, [str(label) for value, label in choices if value in ticked]))
        return pairs

    @property
    def rule(self) -> dict[str, Any]:
        """The rule as policies keep it; of a form that is valid."""
        found = self.cleaned_data
        when: dict[str, list[Any]] = {
            name: [as_value(name, text) for text in found[name]] for name in self.conditions if found[name]
        }
        words = [word.strip() for word in found["words"].replace("\n", ",").split(",") if word.strip()]
        if words:
            when[WORDS] = words[:MOST_WORDS]
        percent = found["percent"] if found["outcome"] == Outcome.SAMPLE else None
        return {"name": found["name"], "when": when, "then": {"outcome": found["outcome"], "percent": percent}}


class SavingForm(forms.Form):
    """What goes with the rules when they are saved: why, the version they came from, and the proof that they were tried."""

    note = forms.CharField(
        label=_("What you change and why"),
        max_length=500,
        widget=forms.TextInput({"class": "input"}),
        error_messages={"required": _("Say what you change and why: it stands in the list of versions.")},
    )
    seen = forms.IntegerField(min_value=0)
    tried = forms.CharField(required=False, max_length=300)


def prefix(n: int) -> str:
    """Name the fields of the n-th rule, counted from 0."""
    return f"r{n}"


def _with_gone(one: Condition, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Offer what is there, and what the rule names although it is gone: a tick must never vanish unseen."""
    known = {value for value, _label in one.choices}
    lost = [text for text in dict.fromkeys(chosen) if text not in known and _is_value(one.name, text)]
    return [*one.choices, *((text, gone(text)) for text in lost)]


def _is_value(name: str, text: str) -> bool:
    try:
        as_value(name, text)
    except ValueError:
        return False
    return name in ("agent", "account", "team", "topic")


def raw_of(rule: Rule) -> Raw:
    """Write a rule as the form carries it."""
    found: Raw = {"name": [rule.name], "outcome": [rule.outcome.value]}
    found |= {"percent": [str(rule.percent)]} if rule.percent else {}
    for name, allowed in rule.when.items():
        found[name] = [", ".join(allowed)] if name == WORDS else [as_text(value) for value in allowed]
    return found


def read_raw(sent: QueryDict) -> list[Raw]:
    """Read the rules out of what was sent, in their order; at most 50."""
    count = sent.get("rules", "0")
    number = min(int(count), MOST_RULES) if count.isdecimal() and len(count) < 4 else 0
    rules: list[Raw] = [{} for _ in range(number)]
    for key in sent:
        place, _dash, name = key.partition("-")
        if place[:1] == "r" and place[1:].isdecimal() and len(place) < 5 and int(place[1:]) < number:
            rules[int(place[1:])][name] = sent.getlist(key)
    return rules


def arranged(rules: list[Raw], what: str) -> list[Raw]:
    """Do what a button of the form asks for: "add", "up:2", "down:2", "remove:2"; anything else changes nothing."""
    act, _colon, place = what.partition(":")
    if act == "add":
        return [*rules, {"outcome": [Outcome.ALWAYS.value]}][:MOST_RULES]
    at = int(place) if place.isdecimal() and len(place) < 4 else len(rules)
    if at >= len(rules):
        return rules
    rest = rules[:at] + rules[at + 1 :]
    if act == "remove":
        return rest
    to = {"up": max(at - 1, 0), "down": at + 1}.get(act, at)
    return [*rest[:to], rules[at], *rest[to:]]


def unchecked(rules: Sequence[Raw], conditions: Sequence[Condition]) -> list[RuleForm]:
    """Make the forms with what stands in them, without judging it yet."""
    return [RuleForm(initial=_initial(raw), conditions=conditions, raw=raw, n=n) for n, raw in enumerate(rules)]


def checked(rules: Sequence[Raw], conditions: Sequence[Condition]) -> list[RuleForm]:
    """Make the forms as they are judged."""
    return [RuleForm(_named(raw, n), conditions=conditions, raw=raw, n=n) for n, raw in enumerate(rules)]


def _initial(raw: Raw) -> Mapping[str, Any]:
    single = ("name", "words", "outcome", "percent")
    return {name: "".join(texts[-1:]) if name in single else texts for name, texts in raw.items()}


def _named(raw: Raw, n: int) -> MultiValueDict[str, str]:
    return MultiValueDict({f"{prefix(n)}-{name}": texts for name, texts in raw.items()})


def tried_token(rules: Sequence[Mapping[str, Any]], organisation_id: int, user_id: int) -> str:
    """Make the proof that somebody was shown what exactly these rules would have done."""
    return _signer.sign(_of(rules, organisation_id, user_id))


def was_tried(token: str, rules: Sequence[Mapping[str, Any]], organisation_id: int, user_id: int) -> bool:
    """Say whether the proof is for exactly these rules and this person, and not older than an hour."""
    try:
        held = _signer.unsign(token, max_age=TRIED_FOR_SECONDS)
    except signing.BadSignature:
        return False
    return held == _of(rules, organisation_id, user_id)


def _of(rules: Sequence[Mapping[str, Any]], organisation_id: int, user_id: int) -> str:
    text = json.dumps([organisation_id, user_id, list(rules)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
