"""Tells Django about the social channels."""

from django.apps import AppConfig


class ChannelsSocialConfig(AppConfig):
    """X and Facebook."""

    name = "channels_social"
