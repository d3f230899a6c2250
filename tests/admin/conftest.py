"""An administrator at work in a city where everything has happened once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from agents.models import Substitution
from agents.signing_in.policy import SignInPolicy
from api.models import ApiToken
from audit.ledger import record
from enquiries.models import ClosedDay, Freeze, HouseStyle, PickUp, Posting, Promise, ReplyReturn
from enquiries.services import replies
from enquiries.services.incoming import intake
from enquiries.services.leaving import outcomes
from tests.enquiries.approving.scenes import a_rule, approve, make_policy, trust
from tests.people import NOON, City, approved, arrive, posting_of, submitted
from tests.standards import inserted, standard


@pytest.fixture
def full_city(city: City) -> City:
    """The city with at least one row of everything that the admin shows."""
    return filled(city)


def filled(city: City) -> City:
    """Let everything happen once in a city."""
    posting = posting_of(approved(city, arrive(city, "x", text="<script>alert(1)</script>")))
    end = NOON + timedelta(minutes=1)
    Posting.objects.filter(pk=posting.pk).update(state="SENDING", lease_owner="w", lease_until=end, attempts=1)
    posting.refresh_from_db()
    posting.attempts_made.create(n=1, worker="w", started_at=NOON)
    outcomes.refused(posting, error="Gone.", fix="Close it.", code="403", now=end)
    version = submitted(city, arrive(city, "email"))
    replies.return_reply(
        reply_id=version.reply_id, by_id=city.bob.pk, reason=ReplyReturn.Reason.TONE, note="Kinder.", now=end
    )
    intake.accept_payload(
        account_id=city.accounts["x"].pk, source="POLL", external_id="b", raw=b"<b>\xff bytes", now=NOON
    )
    Promise.objects.create(organisation=city.organisation, channel="x", working_minutes=60)
    ClosedDay.objects.create(organisation=city.organisation, date=NOON.date(), name="Fair")
    PickUp.objects.create(account=city.accounts["x"], due_at=NOON)
    ApiToken.objects.create(
        organisation=city.organisation, name="Site", scopes=["enquiries:submit"], digest=b"d" * 32, created_at=NOON
    )
    record(verb="test.happened", now=NOON)
    said = standard(city)
    inserted(said, version, "We come tomorrow.")
    said.uses.create(version=version, changed=0, used_at=NOON)
    approving_rows(city)
    SignInPolicy.objects.create(organisation=city.organisation)
    Authenticator.objects.create(user=city.alice, type=Authenticator.Type.TOTP, data={})
    SocialAccount.objects.create(user=city.alice, provider="oidc", uid="a-person")
    return city


def approving_rows(city: City) -> None:
    """How the city approves: a style, rules, a first of two words, a step of trust, a freeze, and a substitute."""
    HouseStyle.objects.create(organisation=city.organisation)
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city))
    approve(version, city.bob)
    trust(city, city.alice, "SAMPLED")
    end = NOON + timedelta(days=1)
    Freeze.objects.create(
        organisation=city.organisation,
        scope="EVERYTHING",
        reason="A test",
        frozen_by=city.bob,
        frozen_at=NOON,
        expires_at=end,
        lifted_by=city.bob,
        lifted_at=NOON,
    )
    Substitution.objects.create(team=city.waste, user=city.charlie, starts_at=NOON)


@pytest.fixture
def ada(full_city: City, client: Client) -> Client:
    """The administrator's browser."""
    client.force_login(full_city.admin)
    return client
