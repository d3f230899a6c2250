"""Registers X and Facebook with Django: their one web page is the webhook."""

from django.apps import AppConfig


class ChannelsSocialConfig(AppConfig):
    """No models: accounts and payloads belong to the service."""

    name = "channels_social"
    verbose_name = "X and Facebook"
