"""Tells Django about the desk."""

from importlib import import_module

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    """The desk."""

    name = "agents"

    def import_models(self) -> None:
        """Load the models; the policy of signing in stands beside what reads it."""
        super().import_models()
        import_module("agents.signing_in.policy")
