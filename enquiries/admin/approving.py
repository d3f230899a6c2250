"""How an organisation approves: its house style to be set here, and what the desk decided about it to be read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.administration import RecordAdmin
from enquiries.admin.configuration import OwnedAdmin
from enquiries.models import ApprovalPolicy, Endorsement, Freeze, HouseStyle, PolicyDecision, TrustStep
from enquiries.services.approving.policy_reasons import decision_in_words


@admin.register(HouseStyle)
class HouseStyleAdmin(OwnedAdmin):
    """Greeting, words to avoid, and which numbers and addresses are our own and may stand in public."""

    list_display = ("organisation", "greeting", "sign_off", "longest_sentence", "countries")
    list_select_related = ("organisation",)
    ordering = ("organisation",)


@admin.register(ApprovalPolicy)
class PolicyAdmin(RecordAdmin):
    """Every version of the rules. They are changed at the desk, where they are tried first."""

    list_display = ("organisation", "n", "owner", "created_at", "note")
    list_filter = ("organisation",)
    list_select_related = ("organisation", "owner")
    ordering = ("organisation", "-n")


@admin.register(PolicyDecision)
class DecisionAdmin(RecordAdmin):
    """What the policy asked for at each submission, and why."""

    list_display = ("id", "version", "outcome", "persons", "why", "decided_at")
    list_filter = ("outcome", "persons")
    list_select_related = ("version",)
    ordering = ("-id",)

    @admin.display(description=_("reason"))
    def why(self, decision: PolicyDecision) -> str:
        """Say the reason in words."""
        return decision_in_words(decision)


@admin.register(Endorsement)
class EndorsementAdmin(RecordAdmin):
    """The first of two persons' words."""

    list_display = ("id", "version", "by", "asked", "at")
    list_select_related = ("version", "by", "asked")
    ordering = ("-id",)


@admin.register(TrustStep)
class TrustAdmin(RecordAdmin):
    """Every step of everybody's trust, with the figures that it stood on."""

    list_display = ("user", "kind", "topic", "level", "percent", "decided_by", "decided_at")
    list_filter = ("level", "kind", "organisation")
    list_select_related = ("user", "topic", "decided_by")
    ordering = ("-id",)


@admin.register(Freeze)
class FreezeAdmin(RecordAdmin):
    """What stood still, when, why and by whose word."""

    list_display = (
        "id",
        "scope",
        "kind",
        "account",
        "topic",
        "reason",
        "frozen_by",
        "frozen_at",
        "expires_at",
        "lifted_at",
    )
    list_filter = ("scope", "organisation")
    list_select_related = ("account", "topic", "frozen_by")
    ordering = ("-id",)
