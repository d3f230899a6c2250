"""Where each door is."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("citizens.urls")),
    path("desk/", include("agents.urls")),
    path("accounts/", include("agents.signing_in.urls")),
    path("accounts/", include("agents.signing_in.second_factor.urls")),
    path("accounts/", include("agents.signing_in.single_sign_on.urls")),
    path("webhooks/", include("channels_social.urls")),
    path("api/", include("api.urls")),
    path("demo/", include("citizenservice.demo.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "citizenservice.errors.forbidden"
handler404 = "citizenservice.errors.not_found"
handler500 = "citizenservice.errors.broken"
