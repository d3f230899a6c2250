"""Who answers: the organisation, its teams and topics, when it works, and what it promises."""

from __future__ import annotations

import secrets
import zoneinfo
from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.masks import validate_case_masks, validate_public_masks


def validate_time_zone(name: str) -> None:
    """Refuse what is not a time zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone; write it like Europe/Amsterdam."), params={"name": name}
        )


def random_seed() -> str:
    """Make the secret from which it follows which replies a sample holds: nobody can tell before submitting."""
    return secrets.token_hex(32)


class Organisation(models.Model):
    """A city, a ministry, a police service. Every other row belongs to one."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(unique=True)
    reference_prefix = models.CharField(
        _("letters before each reference"), max_length=4, validators=[RegexValidator(r"^[A-Z]{2,4}$")]
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/London", validators=[validate_time_zone]
    )
    opens_at = models.TimeField(_("opens at"), default=time(9, 0))
    closes_at = models.TimeField(_("closes at"), default=time(17, 0))
    working_days = models.CharField(
        _("working days"),
        max_length=7,
        default="12345",
        validators=[RegexValidator(r"^1?2?3?4?5?6?7?$")],
        help_text=_("1 is Monday, 7 is Sunday."),
    )
    holiday_region = models.CharField(
        _("public holidays of"), max_length=10, blank=True, help_text=_("Country and region, such as NL or GB-ENG.")
    )
    languages = models.CharField(
        _("languages of answers"),
        max_length=60,
        default="en",
        db_default="en",
        validators=[RegexValidator(r"^[a-z]{2,3}( [a-z]{2,3})*$")],
        help_text=_("The first is taken where there is no answer in the citizen's own: en nl."),
    )
    emergency_notice = models.CharField(
        _("in an emergency"), max_length=200, blank=True, help_text=_("Shown above the public form.")
    )
    claim_minutes = models.PositiveSmallIntegerField(
        _("minutes a claim lasts"), default=30, help_text=_("Meanwhile nobody else can submit a reply.")
    )
    undo_public_seconds = models.PositiveSmallIntegerField(
        _("seconds to undo a public reply"), default=20, help_text=_("An approved reply leaves after so long.")
    )
    undo_private_seconds = models.PositiveSmallIntegerField(_("seconds to undo a private reply"), default=10)
    first_review_months = models.PositiveSmallIntegerField(
        _("months until the first review of trust"), default=6, help_text=_("Until then every reply is checked.")
    )
    asks_satisfaction = models.BooleanField(
        _("asks citizens whether an answer helped"),
        default=True,
        db_default=True,
        help_text=_("On their private page: “Did this answer help you?” Never on a platform, and never in public."),
    )
    sampling_seed = models.CharField(max_length=64, default=random_seed, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="organisation_opens_before_it_closes"
            ),
            models.CheckConstraint(condition=~Q(working_days=""), name="organisation_works_some_day"),
        ]

    def __str__(self) -> str:
        return self.name


class ClosedDay(models.Model):
    """A day on which the organisation does not work, beyond the public holidays."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="closed_days")
    date = models.DateField(_("date"))
    name = models.CharField(_("reason"), max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "date"], name="closed_day_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class Team(models.Model):
    """The people who answer one kind of question together."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What citizens ask about. Its team answers."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="topics")
    name = models.CharField(_("name"), max_length=100)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, verbose_name=_("answered by"))
    on_form = models.BooleanField(_("offered on the public form"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    incident_since = models.DateTimeField(
        _("incident since"), null=True, blank=True, help_text=_("While it is set, rules for incidents count here.")
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="topic_name_once")]

    def __str__(self) -> str:
        return self.name


class HouseStyle(models.Model):
    """How the organisation writes: greeting and sign-off, words to avoid, and what of its own may stand in public."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="house_style")
    greeting = models.CharField(_("greeting"), max_length=100, blank=True)
    sign_off = models.CharField(_("sign-off"), max_length=200, blank=True)
    longest_sentence = models.PositiveSmallIntegerField(_("words in a sentence at most"), default=25)
    jargon = models.JSONField(
        _("words to avoid"), default=dict, blank=True, help_text=_("Each word with a better one.")
    )
    public_contacts = models.TextField(
        _("own public contacts"), blank=True, help_text=_("Phone numbers, addresses and mail addresses, one a line.")
    )
    case_masks = models.TextField(
        _("numbers of files that are personal"),
        blank=True,
        default="",
        db_default="",
        max_length=2000,
        validators=[validate_case_masks],
        help_text=_(
            "How your other systems number what belongs to one person, one shape a line: 9 is a digit, A a letter, "
            "everything else stands for itself. Z9999-99999 fits Z2026-00417. In a public reply such a number is marked."
        ),
    )
    public_masks = models.TextField(
        _("numbers that may stand in public"),
        blank=True,
        default="",
        db_default="",
        max_length=2000,
        validators=[validate_public_masks],
        help_text=_(
            "The same for numbers that anybody may read, such as planning applications: 99/99999/FUL fits 26/01234/FUL. "
            "They are not marked, so give each shape something that is its own."
        ),
    )
    countries = models.CharField(
        _("countries of citizens"), max_length=60, default="GB NL", help_text=_("Two letters each.")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("house style"), _("house styles")

    def __str__(self) -> str:
        return f"house style of {self.organisation}"


class Promise(models.Model):
    """How soon a citizen gets a first answer on a kind of channel, counted in working time."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="promises")
    channel = models.CharField(_("channel"), max_length=20)
    working_minutes = models.PositiveIntegerField(
        _("working minutes"), help_text=_("Two hours are 120; two days of eight hours are 960.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "channel"], name="promise_once_per_channel"),
            models.CheckConstraint(condition=Q(working_minutes__gt=0), name="promise_is_some_time"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.working_minutes} min"
