"""Settings of accounts as fields that say what they mean, made from what each channel tells of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from enquiries.contract import Setting, SettingKind
from enquiries.registry import traits_of

PREFIX = "setting_"
LONGEST = 500


def fields_of(kind: str) -> list[str]:
    """List the form fields for the settings of a kind."""
    return [PREFIX + setting.name for setting in traits_of(kind).settings]


def made_for(kind: str, held: Mapping[str, Any]) -> dict[str, forms.Field]:
    """Make the fields of a kind. `held` are the settings as they are: no choice of theirs is lost."""
    return {PREFIX + one.name: _field(one, held.get(one.name)) for one in traits_of(kind).settings}


def initial_of(kind: str, held: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the fields show at first."""
    return {PREFIX + one.name: held[one.name] for one in traits_of(kind).settings if one.name in held}


def others_of(kind: str, held: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the settings that have no field of their own."""
    own = {one.name for one in traits_of(kind).settings}
    return {name: value for name, value in held.items() if name not in own}


def entered(kind: str, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Read the settings back. What is left empty is not set: the channel's own choice counts then."""
    found = {one.name: cleaned.get(PREFIX + one.name) for one in traits_of(kind).settings}
    return {name: value for name, value in found.items() if value not in (None, "", False)}


def missing(kind: str, cleaned: Mapping[str, Any]) -> list[str]:
    """List the fields without which an account of this kind cannot be used, and that are empty."""
    return [
        PREFIX + one.name
        for one in traits_of(kind).settings
        if one.is_needed and cleaned.get(PREFIX + one.name) in (None, "")
    ]


def _field(setting: Setting, held: Any) -> forms.Field:
    said: dict[str, Any] = {"label": setting.label, "help_text": setting.help, "required": False}
    if setting.choices:
        return forms.ChoiceField(choices=_choices(setting, held), **said)
    match setting.kind:
        case SettingKind.NUMBER:
            return forms.IntegerField(min_value=0, **said)
        case SettingKind.SWITCH:
            return forms.BooleanField(**said)
        case SettingKind.ADDRESS:
            return forms.CharField(max_length=LONGEST, validators=[_no_spaces], widget=_wide(), **said)
    return forms.CharField(max_length=LONGEST, widget=_wide(), **said)


def _choices(setting: Setting, held: Any) -> list[tuple[str, object]]:
    offered: list[tuple[str, object]] = list(setting.choices)
    known = {value for value, _label in offered}
    if "" not in known:
        offered.insert(0, ("", gettext_lazy("as usual")))
    if held not in (None, "") and str(held) not in known:
        offered.append((str(held), str(held)))
    return offered


def _wide() -> forms.TextInput:
    return forms.TextInput(attrs={"size": 60})


def _no_spaces(address: str) -> None:
    if any(letter.isspace() for letter in address):
        raise forms.ValidationError(gettext("An address has no spaces."))
