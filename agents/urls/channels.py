"""Addresses of what operators see of the channels. Each has a row in the access matrix."""

from __future__ import annotations

from django.urls import path

from agents.views import attention, channels, parked, postings

urlpatterns = [
    path("channels/", channels.channels, name="channels"),
    path("channels/deletions/<int:deletion_id>/", channels.decide_deletion, name="decide_deletion"),
    path("postings/<int:posting_id>/", postings.posting, name="posting"),
    path("postings/<int:posting_id>/look/", postings.look_at_posting, name="look_at_posting"),
    path("attention/set-aside/", parked.parked, name="parked"),
    path("attention/set-aside/<int:payload_id>/", parked.take_up, name="take_up"),
    path("attention/notices/<int:notice_id>/seen/", attention.see_notice, name="see_notice"),
]
