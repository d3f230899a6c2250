"""What is true of Mastodon as a channel, and what an account of it needs."""

from django.utils.translation import gettext_lazy as _

from enquiries.contract import Secret, Setting, SettingKind, Traits

MASTODON = Traits(
    icon="globe",
    working_minutes=240,
    every_seconds=60,
    people_per_account=True,
    is_public=True,
    secrets=(Secret(name="access_token", label=_("Access token")),),
    settings=(
        Setting(
            name="server",
            label=_("server"),
            kind=SettingKind.ADDRESS,
            is_needed=True,
            help=_("The address of the server on which your account lives: https://social.example.org"),
        ),
        Setting(
            name="visibility",
            label=_("public answers are shown"),
            choices=(("", _("everywhere")), ("unlisted", _("quietly: not in the public timelines"))),
            help=_("Private answers always go to the citizen alone."),
        ),
        Setting(
            name="max_length",
            label=_("longest post"),
            kind=SettingKind.NUMBER,
            help=_("500 characters unless your server allows more; the check-up tells what it allows."),
        ),
        Setting(
            name="media_host",
            label=_("host of pictures"),
            help=_("Where your server keeps pictures, if not on its own name: files.example.org"),
        ),
        Setting(
            name="first_look_days",
            label=_("days of the first look"),
            kind=SettingKind.NUMBER,
            help=_("How far back mentions are fetched when the account is new: 7 days unless you say otherwise."),
        ),
    ),
)
