"""The addresses that citizens use."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from citizens import ask, follow, pages, private

app_name = "citizens"
urlpatterns = [
    path("", pages.front, name="front"),
    path("ask/", ask.ask, name="ask"),
    path("asked/<str:secret>/", ask.asked, name="asked"),
    path("follow/<str:secret>/", follow.follow, name="follow"),
    path("follow/<str:secret>/helped/", follow.helped, name="helped"),
    path("private/<str:secret>/", private.invited, name="private"),
    path("private-page/<str:secret>/", private.private_page, name="private_page"),
    path("private-page/<str:secret>/helped/", private.helped, name="private_helped"),
    path("language/", login_not_required(set_language), name="language"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("robots.txt", pages.robots, name="robots"),
    path(".well-known/security.txt", pages.security_txt, name="security-txt"),
]
