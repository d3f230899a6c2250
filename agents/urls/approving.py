"""Addresses of approving many, of the policy, of what stands still and of substitutes. Each has a row in the access matrix."""

from __future__ import annotations

from django.urls import path

from agents.views import approvals_together, freeze, policy, substitutes

urlpatterns = [
    path("approvals/together/", approvals_together.approvals_together, name="approvals_together"),
    path("policy/", policy.policy, name="policy"),
    path("policy/edit/", policy.policy_edit, name="policy_edit"),
    path("policy/versions/<int:n>/", policy.policy_version, name="policy_version"),
    path("policy/topics/<int:topic_id>/incident/", policy.incident, name="incident"),
    path("freezes/", freeze.freezes, name="freezes"),
    path("freezes/<int:freeze_id>/lift/", freeze.lift_freeze, name="lift_freeze"),
    path("freezes/<int:freeze_id>/notice/", freeze.confirm_notice, name="confirm_notice"),
    path("substitutes/", substitutes.substitutes, name="substitutes"),
    path("substitutes/<int:substitution_id>/end/", substitutes.end_substitution, name="end_substitution"),
]
