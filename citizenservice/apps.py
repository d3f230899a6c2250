"""Tells Django about the wiring, and has it checked at every start."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """The wiring."""

    name = "citizenservice"

    def ready(self) -> None:
        """Register the checks."""
        from citizenservice import checks  # noqa: F401 - importing registers them
