"""Who comes in: only a token that counts, and only for what its scopes name."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agents.models import User
from api.models import ApiToken, Scope
from audit.models import Event
from tests.api.conftest import ADDRESS, GOOD, Program, assert_problem, token
from tests.people import City, arrive

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer cs_",
        "Bearer cs_unknown",
        "Basic YTpi",
        "Bearer " + "cs_" + "x" * 5000,
        "Bearer cs_\xff",
    ],
)
def test_whatever_is_no_token_is_refused_alike(city: City, header: str):
    program = Program()
    program.headers = {"Authorization": header}

    answer = program.get(ADDRESS)

    assert_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_no_token_is_refused(city: City):
    assert_problem(Program().get(ADDRESS), 401)


def test_expired_token_is_refused(city: City):
    old = token(city.organisation, Scope.READ, user=city.alice, expires_at=timezone.now() - timedelta(seconds=1))

    assert_problem(Program(old).get(ADDRESS), 401)


def test_revoked_token_is_refused_at_once(city: City, reader: Program):
    assert reader.get(ADDRESS).status_code == 200

    ApiToken.objects.update(revoked_at=timezone.now())

    assert_problem(reader.get(ADDRESS), 401)


def test_token_of_a_disabled_person_is_refused(city: City, reader: Program):
    User.objects.filter(pk=city.alice.pk).update(is_active=False)

    assert_problem(reader.get(ADDRESS), 401)


def test_person_who_lost_the_team_sees_nothing_any_more(city: City, reader: Program):
    arrive(city, "email")
    city.alice.memberships.all().delete()

    assert reader.get(ADDRESS).json()["results"] == []


@pytest.mark.parametrize("path", [ADDRESS, f"{ADDRESS}/NW-2222-2222"])
def test_submitting_token_reads_nothing(site: Program, path: str):
    assert_problem(site.get(path), 403)


def test_reading_token_submits_nothing(reader: Program):
    assert_problem(reader.post(GOOD), 403)
    assert_problem(reader.get(f"{ADDRESS}/NW-2222-2222/status"), 403)


def test_token_is_kept_as_a_digest_only(city: City):
    secret = token(city.organisation, Scope.SUBMIT)

    row = ApiToken.objects.get()
    assert secret.startswith("cs_")
    assert secret not in str(ApiToken.objects.values().get())
    assert secret.encode() not in bytes(row.digest)
    assert secret not in str(Event.objects.values_list("data", flat=True))


def make(*arguments: str) -> str:
    out = StringIO()
    call_command("make_token", *arguments, stdout=out)
    return out.getvalue().strip()


def test_command_prints_a_token_that_works(city: City):
    printed = make("--organisation", "northwell", "--name", "Tool", "--scope", Scope.READ, "--user", city.alice.email)

    assert Program(printed).get(ADDRESS).status_code == 200
    assert Event.objects.filter(verb="token.made").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        ["--organisation", "nowhere", "--name", "T", "--scope", Scope.SUBMIT],
        ["--organisation", "northwell", "--name", "T", "--scope", Scope.READ],
        ["--organisation", "northwell", "--name", "T", "--scope", Scope.READ, "--user", "nobody@northwell.example"],
        ["--organisation", "northwell", "--name", "T", "--scope", "everything"],
        ["--organisation", "northwell", "--name", "T", "--scope", Scope.SUBMIT, "--days", "0"],
    ],
)
def test_command_refuses_what_makes_no_sense(city: City, wrong: list[str]):
    with pytest.raises(CommandError):
        make(*wrong)
    assert not ApiToken.objects.exists()
