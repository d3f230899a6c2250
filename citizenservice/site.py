"""Puts our admin in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Puts our site in the place of Django's."""

    default_site = "citizenservice.administration.DeskAdminSite"
