"""Tells Django about the public site."""

from django.apps import AppConfig


class CitizensConfig(AppConfig):
    """The public site."""

    name = "citizens"
