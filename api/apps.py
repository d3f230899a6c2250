"""Tells Django about the door for programs."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The door for programs."""

    name = "api"
