"""`manage.py demo` as a person types it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agents.models import User
from citizenservice.demo import people
from enquiries.models import Organisation

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


def test_command_plants_the_city_and_prints_every_sign_in():
    printed = run("--number", "3")

    assert Organisation.objects.filter(slug="northwell").exists()
    assert people.PASSWORD in printed
    assert all(one.email in printed for one in people.SIGN_INS)
    assert User.objects.count() == len(people.SIGN_INS) == 12


def test_command_a_second_time_only_prints():
    first = run("--number", "3")

    assert run("--number", "3") == first
    assert User.objects.count() == 12


def test_show_writes_nothing():
    assert "anouk@northwell.example" in run("--show")
    assert not Organisation.objects.exists()


def test_printed_password_opens_every_sign_in(client):
    run("--number", "1")

    assert all(user.check_password(people.PASSWORD) for user in User.objects.all()[:2])
    assert len(set(User.objects.values_list("password", flat=True))) == 1
    assert User.objects.get(is_staff=True).email == "ada@northwell.example"


def test_lines_are_aligned():
    starts = {one.line.index(str(one.role.label), 28) for one in people.SIGN_INS}

    assert len(starts) == 1


def test_production_refuses_in_one_sentence(settings):
    settings.MODE = "production"

    with pytest.raises(CommandError, match="production installation"):
        run()
    assert not Organisation.objects.exists()


def test_reset_only_says_what_to_delete():
    with pytest.raises(CommandError, match="delete its data folder"):
        run("--reset")
