"""What is true of X as a channel: its rules on answering, and what an account of it needs."""

from django.utils.translation import gettext_lazy as _

from enquiries.contract import Secret, Setting, SettingKind, Traits
from enquiries.rules.may_reply import EXEMPT_PLAN, Row, Way

X = Traits(
    icon="xch",
    ways=(
        Row(way=Way.IN_PUBLIC, when_summoned=True),
        Row(way=Way.IN_PRIVATE),
        Row(way=Way.AS_QUOTE, plan=EXEMPT_PLAN),
    ),
    working_minutes=120,
    every_seconds=60,
    tells_true_times=True,
    is_public=True,
    moderates_own_threads=True,
    secrets=(
        Secret(name="consumer_key", label=_("Consumer key")),
        Secret(name="consumer_secret", label=_("Consumer secret")),
        Secret(name="previous_consumer_secret", label=_("Previous consumer secret"), replaces="consumer_secret"),
        Secret(name="access_token", label=_("Access token")),
        Secret(name="access_token_secret", label=_("Access token secret")),
        Secret(name="bearer_token", label=_("Bearer token of the app")),
        Secret(name="oauth2_client_id", label=_("OAuth 2.0 client ID")),
        Secret(name="oauth2_client_secret", label=_("OAuth 2.0 client secret")),
        Secret(name="oauth2_access_token", label=_("OAuth 2.0 access token")),
        Secret(name="oauth2_refresh_token", label=_("OAuth 2.0 refresh token")),
    ),
    settings=(
        Setting(
            name="plan",
            label=_("plan"),
            choices=(("", _("Pay per use")), ("enterprise", _("Enterprise"))),
            help=_("Only the Enterprise plan may answer people who have not mentioned the account."),
        ),
        Setting(
            name="sign_in",
            label=_("sign-in"),
            choices=(
                ("", _("OAuth 1.0a, with keys that do not run out")),
                ("oauth2", _("OAuth 2.0, with tokens that are renewed")),
            ),
            help=_("OAuth 1.0a is the robust choice for one account of an institution."),
        ),
        Setting(
            name="leave_direct_messages",
            label=_("leave direct messages alone"),
            kind=SettingKind.SWITCH,
            help=_("Tick it when the app may not read direct messages, or nobody answers them here."),
        ),
        Setting(
            name="webhook_url",
            label=_("address for webhooks"),
            kind=SettingKind.ADDRESS,
            help=_(
                "The public address of this site, then /webhooks/x/: https, without a port. Needs the app's bearer token."
            ),
        ),
        Setting(
            name="push_messages",
            label=_("direct messages are pushed"),
            kind=SettingKind.SWITCH,
            help=_("Tick it once the account has agreed by OAuth 2.0 that X pushes its direct messages."),
        ),
        Setting(
            name="max_length",
            label=_("longest post"),
            kind=SettingKind.NUMBER,
            help=_("280 as X weighs characters, unless the account has paid for more."),
        ),
        Setting(
            name="first_look_days",
            label=_("days of the first look"),
            kind=SettingKind.NUMBER,
            help=_("How far back mentions are fetched when the account is new: 7 days unless you say otherwise."),
        ),
    ),
)
