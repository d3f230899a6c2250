"""What is true of X as a channel: its rules on answering, and what an account of it needs."""

from django.utils.translation import gettext_lazy as _

from enquiries.contract import Secret, Setting, SettingKind, Traits
from enquiries.rules.may_reply import Row, Way

X = Traits(
    icon="xch",
    ways=(Row(way=Way.IN_PUBLIC, when_summoned=True),),
    working_minutes=120,
    every_seconds=60,
    tells_true_times=True,
    is_public=True,
    secrets=(
        Secret(name="consumer_key", label=_("Consumer key")),
        Secret(name="consumer_secret", label=_("Consumer secret")),
        Secret(name="access_token", label=_("Access token")),
        Secret(name="access_token_secret", label=_("Access token secret")),
    ),
    settings=(
        Setting(
            name="plan",
            label=_("plan"),
            choices=(("", _("Pay per use")), ("enterprise", _("Enterprise"))),
            help=_("Only the Enterprise plan may answer people who have not mentioned the account."),
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
