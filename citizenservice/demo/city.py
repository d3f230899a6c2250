"""Northwell itself: the organisation, its teams, topics, promises, sign-ins, and its accounts on the simulated channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth.hashers import make_password

from agents.models import Membership, Role, User
from citizenservice.demo import people
from enquiries.models import ChannelAccount, ChannelKind, Organisation, PickUp, Promise, Team, Topic
from enquiries.registry import channel, kinds, traits_of
from simulators import credentials

SLUG = "northwell"
PICK_UP_SECONDS = 10
SETTLE_SECONDS = 2
TOPICS = {
    "Bins and recycling": people.STREETS,
    "Roads and street lights": people.STREETS,
    "Parks and trees": people.STREETS,
    "Housing repairs": people.HOMES,
    "Housing benefit": people.HOMES,
    "Council tax": people.PAPERS,
    "Births, marriages and moving": people.PAPERS,
}


@dataclass(frozen=True)
class Crew:
    """The people of one team."""

    team: Team
    agents: tuple[User, ...]
    supervisors: tuple[User, ...]


PUBLIC_KINDS = [kind for kind in ChannelKind.values if kind != ChannelKind.PRACTICE]
"""Where citizens write to the city; the practice account is made when somebody first practises."""


@dataclass(frozen=True)
class City:
    """Everything that the enquiries of the demo hang on. Topics, crews and accounts by name, name and kind."""

    organisation: Organisation
    topics: dict[str, Topic]
    crews: dict[str, Crew]
    accounts: dict[str, ChannelAccount]


def found(*, now: datetime) -> City:
    """Write the city's rows. Call inside a transaction; raises IntegrityError where there is a Northwell already."""
    organisation = Organisation.objects.create(
        name="City of Northwell",
        slug=SLUG,
        reference_prefix="NW",
        time_zone="Europe/London",
        holiday_region="GB-ENG",
        emergency_notice="Fire, accident or crime: call 999. This form is read on working days from 9 to 17.",
    )
    teams = {name: Team.objects.create(organisation=organisation, name=name) for name in people.TEAMS}
    for kind in kinds():
        minutes = traits_of(kind).working_minutes
        Promise.objects.create(organisation=organisation, channel=kind, working_minutes=minutes)
    return City(
        organisation=organisation,
        topics=_topics(organisation, teams),
        crews=_crews(organisation, teams),
        accounts={kind: _account(organisation, kind, now) for kind in PUBLIC_KINDS},
    )


def _topics(organisation: Organisation, teams: dict[str, Team]) -> dict[str, Topic]:
    return {
        name: Topic.objects.create(organisation=organisation, name=name, team=teams[team], position=position)
        for position, (name, team) in enumerate(TOPICS.items(), start=1)
    }


def _crews(organisation: Organisation, teams: dict[str, Team]) -> dict[str, Crew]:
    users = _users(organisation, teams)

    def of(team: str, role: Role) -> tuple[User, ...]:
        return tuple(users[one.email] for one in people.SIGN_INS if one.team == team and one.role == role)

    return {
        name: Crew(team=team, agents=of(name, Role.AGENT), supervisors=of(name, Role.SUPERVISOR))
        for name, team in teams.items()
    }


def _users(organisation: Organisation, teams: dict[str, Team]) -> dict[str, User]:
    """Make the sign-ins. One hash for all: hashing twelve times would take as long as all enquiries together."""
    password = make_password(people.PASSWORD)
    made = {}
    for one in people.SIGN_INS:
        is_admin = one.role == Role.ADMIN
        made[one.email] = User.objects.create(
            email=one.email, name=one.name, password=password, is_staff=is_admin, is_superuser=is_admin
        )
        team = teams.get(one.team)
        Membership.objects.create(user=made[one.email], organisation=organisation, team=team, role=one.role)
    return made


def _account(organisation: Organisation, kind: str, now: datetime) -> ChannelAccount:
    external_id, name, handle, wire, secrets = _identity(kind)
    account = ChannelAccount(
        organisation=organisation,
        kind=kind,
        name=name,
        external_id=external_id,
        handle=handle,
        settings={"settle_seconds": SETTLE_SECONDS} | wire,
    )
    account.keep_secrets(secrets)
    account.save()
    if kind != ChannelKind.WEB and channel(kind).polls:
        PickUp.objects.create(account=account, due_at=now, every_seconds=PICK_UP_SECONDS)
    return account


def _identity(kind: str) -> tuple[str, str, str, dict[str, Any], dict[str, str]]:
    """Say under which number, name and handle a channel knows the city, and with which settings and secrets."""
    name = credentials.X_NAME
    match kind:
        case ChannelKind.X:
            return credentials.X_USER_ID, name, credentials.X_HANDLE, _api("x"), _x_secrets()
        case ChannelKind.FACEBOOK:
            # People answer here, so Facebook lets them for seven days instead of one (its HUMAN_AGENT tag).
            wire = _api("facebook") | {"human_agent": True}
            return credentials.FACEBOOK_PAGE_ID, name, "", wire, _facebook_secrets()
        case ChannelKind.EMAIL:
            password = unquote(urlsplit(settings.ENV.imap_url).password or "") or credentials.MAIL_PASSWORD
            return credentials.MAIL_ADDRESS, name, "", _mail_settings(), {"imap_password": password}
    return "form", name, "", {}, {}


def _api(simulator: str) -> dict[str, Any]:
    address = settings.SIMULATORS[simulator]
    return {"api_url": address} if address else {}


def _x_secrets() -> dict[str, str]:
    return {
        "consumer_key": credentials.X_CONSUMER_KEY,
        "consumer_secret": credentials.X_CONSUMER_SECRET,
        "access_token": credentials.X_ACCESS_TOKEN,
        "access_token_secret": credentials.X_ACCESS_TOKEN_SECRET,
    }


def _facebook_secrets() -> dict[str, str]:
    return {
        "app_secret": credentials.FACEBOOK_APP_SECRET,
        "page_token": credentials.FACEBOOK_PAGE_TOKEN,
        "verify_token": credentials.FACEBOOK_VERIFY_TOKEN,
    }


def _mail_settings() -> dict[str, Any]:
    domain = credentials.MAIL_ADDRESS.partition("@")[2]
    wire: dict[str, Any] = {"archive_address": f"archive@{domain}", "archive_folder": "Archive"}
    for protocol, address in (("imap", settings.ENV.imap_url), ("smtp", settings.ENV.smtp_url)):
        parts = urlsplit(address)
        if parts.hostname:
            wire |= {
                f"{protocol}_host": parts.hostname,
                f"{protocol}_port": parts.port,
                f"{protocol}_tls": "tls" if parts.scheme.endswith("s") else "none",
            }
    return wire
