"""Addresses of the queue and of what people do with an enquiry besides answering it. Each has a row in the access matrix."""

from __future__ import annotations

from django.urls import path

from agents.views import bulk, filters, preferences, saved_filters, triage

urlpatterns = [
    path("enquiries/<str:reference>/claim/", triage.act, {"name": "claim"}, name="claim"),
    path("enquiries/<str:reference>/release/", triage.act, {"name": "release"}, name="release"),
    path("enquiries/<str:reference>/close/", triage.act, {"name": "close"}, name="close"),
    path("enquiries/<str:reference>/reopen/", triage.act, {"name": "reopen"}, name="reopen"),
    path("enquiries/<str:reference>/do/<str:name>/", triage.act, name="act"),
    path("enquiries/<str:reference>/history/", triage.history, name="history"),
    path("here/", triage.here, name="here"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("filters/choose/", filters.filters, name="filters"),
    path("filters/", saved_filters.keep, name="keep_filter"),
    path("filters/<int:filter_id>/drop/", saved_filters.drop, name="drop_filter"),
    path("preferences/", preferences.preferences, name="preferences"),
]
