"""Tells Django about the worklist."""

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    """The due rows."""

    name = "worklist"
