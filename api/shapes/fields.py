"""Fields and bodies that take exactly what the description says: no text for a number, no field that does not exist."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.validators import RegexValidator
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from enquiries.rules.text import clean

BIGGEST_ID = 2**63 - 1
SOME_TEXT = RegexValidator(r"[^\s\x00-\x1f\x7f]", _("Write something."))


class Text(serializers.CharField):
    """Text as it is. `is_needed` asks for at least one character that can be seen, `pattern` for more than that."""

    def __init__(self, *, max_length: int, is_needed: bool = False, pattern: str = "", **options: Any) -> None:
        options |= {} if is_needed else {"required": False, "default": "", "allow_blank": True}
        validator = RegexValidator(pattern, _("This is not written as it should be.")) if pattern else None
        needed = [SOME_TEXT] if is_needed and not pattern else []
        validators = [validator] if validator else needed
        super().__init__(max_length=max_length, trim_whitespace=False, validators=validators, **options)

    def to_internal_value(self, data: Any) -> str:
        """Take text only: a number in its place is a mistake.."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Leave NUL out first: it is nobody's words."""
        return super().run_validation(data.replace("\x00", "") if isinstance(data, str) else data)


class Number(serializers.IntegerField):
    """A whole number, as JSON writes one."""

    def __init__(self, *, min_value: int = 1, max_value: int = BIGGEST_ID, **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **options)

    def to_internal_value(self, data: Any) -> int:
        """Take numbers only; 5.0 is one to JSON."""
        if isinstance(data, bool) or not (isinstance(data, int) or (isinstance(data, float) and data.is_integer())):
            self.fail("invalid")
        return int(data)


class YesNo(serializers.BooleanField):
    """True or false, and not something like it."""

    def to_internal_value(self, data: Any) -> bool:
        """Take JSON's own two."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class OneOf(serializers.ChoiceField):
    """One of a fixed list, in its own type."""

    def to_internal_value(self, data: Any) -> Any:
        """Take a value of the list itself: neither 1 for "1" nor true for 1."""
        if isinstance(data, bool) or not any(type(data) is type(known) and data == known for known in self.choices):
            self.fail("invalid_choice", input=data)
        return data


class Moment(serializers.DateTimeField):
    """A moment with its offset from UTC: a time without one means another moment in every place."""

    def to_internal_value(self, value: Any) -> datetime:
        """Take RFC 3339 only."""
        try:
            moment = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail("invalid", format="2026-11-24T09:00:00Z")
        return moment


class Body(serializers.Serializer[Any]):
    """What a program sends. A field that does not exist is refused: a typing mistake must not lose anything."""

    def to_internal_value(self, data: Any) -> Any:
        """Look for unknown names first."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            # A name is told back as it could be sent: JSON can spell characters that no answer can hold.
            names = (clean(name)[:100] for name in unknown[:20])
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in names})
        return super().to_internal_value(data)


class Named(serializers.Serializer[Any]):
    """Something with a number, by which acts name it, and a name for people."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="__str__")
