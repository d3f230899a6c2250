"""What is true of Facebook as a channel: its rules on answering, and what a page needs."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from enquiries.contract import Secret, Setting, SettingKind, Traits
from enquiries.rules.may_reply import Row, Way

SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
    "pages_manage_posts",
)
"""The permissions that the page's token needs, by their names at Meta."""
FIELDS = (
    "feed",
    "mention",
    "messages",
    "message_echoes",
    "message_edits",
    "message_deliveries",
    "message_reads",
    "messaging_postbacks",
    "messaging_policy_enforcement",
    "messaging_handovers",
    "standby",
)
"""What Facebook should push of the page."""

FACEBOOK = Traits(
    icon="fb",
    ways=(
        Row(way=Way.IN_PUBLIC),
        Row(
            way=Way.IN_PRIVATE,
            window=timedelta(hours=24),
            longer=timedelta(days=7),
            longer_if="human_agent",
        ),
        Row(way=Way.PRIVATE_TO_COMMENT, window=timedelta(days=7), once=True),
    ),
    working_minutes=120,
    every_seconds=300,
    checked_every_seconds=3600,  # it drops the page's subscription without a word
    people_per_account=True,
    tells_true_times=True,
    is_public=True,
    secrets=(
        Secret(name="app_secret", label=_("App secret")),
        Secret(name="previous_app_secret", label=_("Previous app secret"), replaces="app_secret"),
        Secret(name="page_token", label=_("Page token")),
        Secret(name="verify_token", label=_("Verify token")),
    ),
    settings=(
        Setting(
            name="human_agent",
            label=_("human agent feature"),
            kind=SettingKind.SWITCH,
            help=_("Tick it once Meta has granted it: messages can then be answered for 7 days instead of 24 hours."),
        ),
        Setting(
            name="app_id",
            label=_("number of the app"),
            help=_(
                "From Meta's app dashboard. With it the daily check also sees whether the app itself is told anything."
            ),
        ),
        Setting(name="graph_version", label=_("version of the Graph API"), help=_("v26.0 unless you say otherwise.")),
        Setting(
            name="watched_days",
            label=_("days of watched posts"),
            kind=SettingKind.NUMBER,
            help=_("How old a post of the page may be for its comments to be looked through: 14 days."),
        ),
        Setting(
            name="first_look_days",
            label=_("days of the first look"),
            kind=SettingKind.NUMBER,
            help=_("How far back comments are fetched when the page is new: 7 days unless you say otherwise."),
        ),
    ),
)
