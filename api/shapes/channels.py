"""How the accounts stand, and what a platform shows of one posting, as programs see it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.shapes.attention import AccountRef


class ToMend(serializers.Serializer[Any]):
    """Something to know of an account, with what to do. `name` is stable, the sentences are for people."""

    name = serializers.CharField()
    tone = serializers.ChoiceField(choices=[("bad", "bad"), ("warn", "warn"), ("info", "info")])
    says = serializers.CharField()
    todo = serializers.CharField()


class AllowanceLeft(serializers.Serializer[Any]):
    """An allowance of the platform, as it told last."""

    name = serializers.CharField()
    limit = serializers.IntegerField()
    remaining = serializers.IntegerField()
    resets_at = serializers.DateTimeField(allow_null=True)


class ChannelLine(serializers.Serializer[Any]):
    """An account: what came and went last, what is left, and what is wrong with it, the worst first."""

    account = AccountRef()
    tone = serializers.ChoiceField(choices=[("bad", "bad"), ("warn", "warn"), ("good", "good")])
    is_active = serializers.BooleanField(source="account.is_active")
    concerns = ToMend(many=True)
    last_in_at = serializers.DateTimeField(source="facts.standing.last_in_at", allow_null=True)
    last_out_at = serializers.DateTimeField(source="facts.standing.last_out_at", allow_null=True)
    lag_seconds = serializers.FloatField(source="facts.standing.lag_seconds", allow_null=True)
    allowances = AllowanceLeft(source="facts.allowances", many=True)
    halted_kind = serializers.CharField(source="account.halted_kind", help_text="Empty while it may send.")
    token_expires_at = serializers.DateTimeField(source="facts.standing.token_expires_at", allow_null=True)
    unsure = serializers.IntegerField(source="facts.unsure")
    oldest_unsure = serializers.DateTimeField(source="facts.oldest_unsure", allow_null=True)
    webhook_missed = serializers.IntegerField(source="facts.standing.webhook_missed")
    silent_since = serializers.DateTimeField(source="facts.standing.silent_since", allow_null=True)
    calls_today = serializers.IntegerField(source="facts.calls_today")
    micros_today = serializers.IntegerField(source="facts.micros_today", help_text="Millionths of a US dollar.")


class ChannelBoard(serializers.Serializer[Any]):
    """Every account whose arrivals the caller may see, the worst first."""

    results = ChannelLine(many=True)


class AroundIt(serializers.Serializer[Any]):
    """A post of the thread as it stands on the platform."""

    external_id = serializers.CharField()
    author = serializers.CharField(source="author.name")
    text = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    is_ours = serializers.BooleanField()
    permalink = serializers.CharField()


class PlatformView(serializers.Serializer[Any]):
    """What the platform shows now. `is_there` is null where nobody can tell; `says` is a sentence for a person."""

    at = serializers.DateTimeField()
    is_there = serializers.BooleanField(allow_null=True)
    says = serializers.CharField()
    external_id = serializers.CharField()
    permalink = serializers.CharField()
    around = AroundIt(many=True)
