"""Tells Django about the e-mail channel, so that `manage.py receive_mail` is found."""

from django.apps import AppConfig


class ChannelsEmailConfig(AppConfig):
    """The e-mail channel."""

    name = "channels_email"
