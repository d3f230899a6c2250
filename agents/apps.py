"""Tells Django about the desk."""

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    """The desk."""

    name = "agents"
