"""Django's admin, behind the same door as the desk."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class DeskAdminSite(admin.AdminSite):
    """The admin of Citizenservice."""

    site_header = "Citizenservice administration"
    site_title = "Citizenservice"


class DeskAdminConfig(AdminConfig):
    """Puts our site in the place of Django's."""

    default_site = "citizenservice.site.DeskAdminSite"
