"""Tells Django about the door for programs."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The door for programs."""

    name = "api"

    def ready(self) -> None:
        """Load what registers itself with the OpenAPI description."""
        from api import description  # noqa: F401
