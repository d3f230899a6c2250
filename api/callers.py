"""Who asks at the door for programs: a person's token, a program's own, or the desk's page of somebody who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from agents import access
from agents.models import User
from api.models import ApiToken
from enquiries.models import Enquiry, Organisation, Reply
from enquiries.rules import references


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody with the right to ask. Without a `person` there is nobody whose eyes or hands a program could be.

    What the person may not do at this moment, no scope allows: everything is fetched through `agents.access`.
    """

    scopes: frozenset[str]
    organisations: frozenset[int]
    person: User | None
    token: ApiToken | None

    @property
    def name(self) -> str:
        """What limits and keys are counted by: "token:5" or "user:7"."""
        return f"token:{self.token.pk}" if self.token else f"user:{self.by_id}"

    @property
    def who(self) -> User:
        """The person who acts. Scopes that act need one; the database holds that for tokens."""
        if self.person is None:
            raise Http404
        return self.person

    @property
    def by_id(self) -> int:
        """The number of the person who acts."""
        return self.who.pk

    @property
    def organisation(self) -> Organisation:
        """The token's organisation, or the one whose desk somebody sits at. Raises Http404 for who works nowhere (now)."""
        rights = access.rights_of(self.who)
        home = self.token.organisation if self.token else rights.home
        if home is None or home.pk not in rights.organisations:
            raise Http404
        return home

    def require_role(self) -> None:
        """Let pass who works here today. Raises Http404 for who does not, where a list would just be empty."""
        self.organisation  # noqa: B018 - reading it is the check

    def led(self) -> Organisation:
        """Give the organisation to those who lead it. Raises PermissionDenied for its other members."""
        organisation, rights = self.organisation, access.rights_of(self.who)
        if organisation.pk not in rights.supervises | rights.administers:
            raise PermissionDenied(_("Only supervisors and administrators may do this."))
        return organisation

    def visible(self) -> QuerySet[Enquiry]:
        """Keep the enquiries that this caller may see today."""
        if self.person is None:
            return Enquiry.objects.none()
        return access.visible_to(self.person).filter(organisation_id__in=self.organisations)

    def enquiry(self, reference: str) -> Enquiry:
        """Fetch an enquiry by its reference in any spelling. Raises Http404 for what is foreign and what is missing."""
        found = access.enquiry_for(self.who, references.normalise(reference) or "")
        self._stay_inside(found)
        return found

    def reply(self, reply_id: int) -> Reply:
        """Fetch a reply with its enquiry and what it answers. Raises Http404."""
        found = access.reply_for(self.who, reply_id)
        self._stay_inside(found.enquiry)
        return found

    def _stay_inside(self, enquiry: Enquiry) -> None:
        """A token stays in its organisation though its person may work in two."""
        if enquiry.organisation_id not in self.organisations:
            raise Http404
