"""Addresses of listening, of what stands around a post, and of what is hidden. Each has a row in the access matrix."""

from __future__ import annotations

from django.urls import path

from agents.views import context, moderation, monitors, overheard

urlpatterns = [
    path("overheard/", overheard.overheard, name="overheard"),
    path("overheard/<int:overheard_id>/join/", overheard.join, name="join_overheard"),
    path("overheard/<int:overheard_id>/leave/", overheard.leave, name="leave_overheard"),
    path("overheard/monitors/", monitors.monitors, name="monitors"),
    path("overheard/monitors/<int:monitor_id>/", monitors.switch_monitor, name="switch_monitor"),
    path("overheard/monitors/<int:monitor_id>/edit/", monitors.edit_monitor, name="edit_monitor"),
    path("enquiries/<str:reference>/context/", context.context, name="context"),
    path("messages/<int:message_id>/moderate/", moderation.moderate, name="moderate"),
    path("moderations/<int:moderation_id>/decide/", moderation.decide_moderation, name="decide_moderation"),
    path("moderations/<int:moderation_id>/withdraw/", moderation.withdraw_moderation, name="withdraw_moderation"),
]
