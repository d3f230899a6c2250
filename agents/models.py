"""Who works here: users, and their role in a team. Rights are read anew at each request, so that losing one is immediate."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries.models import Organisation, Team


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user who may sign in and see nothing yet."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user who may use the admin."""
        return self.create_user(email, password, **fields | {"is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by address, in whatever case it was typed."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who works with enquiries. The mail address is the name for signing in."""

    email = models.EmailField(_("work e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    density = models.CharField(
        _("density"),
        max_length=12,
        choices=[("comfortable", _("comfortable")), ("compact", _("compact"))],
        default="comfortable",
    )
    single_keys = models.BooleanField(_("single keys act"), default=True)
    notifications = models.BooleanField(_("browser notifications"), default=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_address_once_whatever_the_case"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_address_in_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """Two letters for a small round picture."""
        words = (self.name or self.email).split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else words[0][1:2])).upper()


class Role(models.TextChoices):
    """What somebody does in a team or an organisation."""

    AGENT = "AGENT", _("agent")
    SUPERVISOR = "SUPERVISOR", _("supervisor")
    ADMIN = "ADMIN", _("administrator")


class Membership(models.Model):
    """A role: agents and supervisors have it in a team, administrators in the whole organisation."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="one_role_per_team"),
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(team__isnull=True), name="one_role_per_organisation"
            ),
            models.CheckConstraint(
                condition=Q(role="ADMIN", team__isnull=True) | (~Q(role="ADMIN") & Q(team__isnull=False)),
                name="agents_and_supervisors_have_a_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"


class Substitution(models.Model):
    """A supervisor who stands in for a team: for a while, or (standing) for replies whose approver is slow."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="substitutions")
    user = models.ForeignKey(User, models.CASCADE, related_name="substitutions")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    only_when_late = models.BooleanField(
        _("only for late approvals"), default=True, help_text=_("Asked when half of the citizen's time is gone.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="substitution_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.team}"


class Buddy(models.Model):
    """An experienced colleague who reads along with somebody: their replies come first to the buddy."""

    agent = models.OneToOneField(User, models.CASCADE, related_name="buddy_pair")
    buddy = models.ForeignKey(User, models.CASCADE, related_name="learners")

    class Meta:
        verbose_name, verbose_name_plural = _("buddy pair"), _("buddy pairs")
        constraints = [models.CheckConstraint(condition=~Q(agent=models.F("buddy")), name="nobody_is_their_own_buddy")]

    def __str__(self) -> str:
        return f"{self.agent} with {self.buddy}"


class SavedFilter(models.Model):
    """A look at the queue under a name: its owner's, or shared with a team."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="saved_filters")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000)
    """The filter as it stands in the address, without page and sort."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_name_once")]

    def __str__(self) -> str:
        return self.name
