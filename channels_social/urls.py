"""Where the platforms deliver: one address per kind, and one per account where several apps must be told apart."""

from __future__ import annotations

from django.urls import path

from channels_social.views import receive

urlpatterns = [
    path("<slug:kind>/", receive, name="webhook"),
    path("<slug:kind>/<str:external_id>/", receive, name="webhook_of_account"),
]
