"""Where the platforms deliver: one address per kind, and one per account where several apps must be told apart."""

from __future__ import annotations

from django.urls import path

from channels_social.callbacks import data_deletion, data_deletion_state, deauthorised
from channels_social.views import receive

urlpatterns = [
    path("facebook/data-deletion/", data_deletion, name="data_deletion"),
    path("facebook/data-deletion/<slug:code>/", data_deletion_state, name="data_deletion_state"),
    path("facebook/deauthorised/", deauthorised, name="deauthorised"),
    path("<slug:kind>/", receive, name="webhook"),
    path("<slug:kind>/<str:external_id>/", receive, name="webhook_of_account"),
]
