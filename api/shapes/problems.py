"""The one shape of everything that goes wrong (RFC 9457), with the members that some problems have besides."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.shapes.enquiries import Happened
from enquiries.rules.personal_data import Kind


class Fault(serializers.Serializer[Any]):
    """One field that was refused, and why."""

    field = serializers.CharField()
    message = serializers.CharField()
    code = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """What went wrong."""

    type = serializers.CharField(
        help_text="Leads to a page that says what to do; about:blank where the status says all."
    )
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="For people, in the language asked for by Accept-Language.")
    instance = serializers.CharField(help_text="Names this very occurrence, as our log does.")
    errors = Fault(many=True, required=False)  # type: ignore[assignment]


class Author(serializers.Serializer[Any]):
    """A colleague."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class Version(serializers.Serializer[Any]):
    """One wording of a reply. It never changes; `sha256` is over all that would leave with it."""

    id = serializers.IntegerField()
    n = serializers.IntegerField()
    sha256 = serializers.CharField()
    author = Author()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class Run(serializers.Serializer[Any]):
    """A stretch of text: in both wordings, only in the later one, or only in the earlier one."""

    kind = serializers.ChoiceField(choices=[("same", "same"), ("added", "added"), ("gone", "gone")])
    text = serializers.CharField()


class Find(serializers.Serializer[Any]):
    """A place in a public text that reads as personal data. `kind` and `key` acknowledge it."""

    kind = serializers.ChoiceField(choices=[(kind.value, kind.value) for kind in Kind])
    key = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    shown = serializers.CharField()
    reason = serializers.CharField()


class PolicyVersion(serializers.Serializer[Any]):
    """A version of the approval policy. It never changes. `in_words` says each rule as a sentence."""

    n = serializers.IntegerField()
    owner = Author()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    rules = serializers.ListField(
        child=serializers.DictField(), help_text="As they are sent: `name`, `when` and `then`."
    )
    in_words = serializers.ListField(child=serializers.CharField())


class Refused(Problem):
    """A conflict with how things stand (409). Which members there are beyond the usual follows from `type`."""

    newest = Version(required=False)
    difference = Run(many=True, required=False)
    finds = Find(many=True, required=False)
    changes = Happened(many=True, required=False)
    stamp = serializers.IntegerField(required=False)
    policy = PolicyVersion(required=False)
