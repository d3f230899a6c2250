"""Tells Django about the service."""

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    """The service."""

    name = "enquiries"
