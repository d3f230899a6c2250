"""Who comes into the admin, and by which door."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import City

pytestmark = pytest.mark.django_db


def test_stranger_is_sent_to_the_one_sign_in_page(client: Client):
    first = client.get("/admin/")
    page = client.get(first["Location"])

    assert page.status_code == 302
    assert page["Location"].startswith(reverse("account_login"))
    assert "next=%2Fadmin%2F" in page["Location"] or "next=/admin/" in page["Location"]


def test_admins_own_password_form_is_closed(city: City, client: Client):
    answer = client.post("/admin/login/", {"username": city.admin.email, "password": "correct horse battery"})

    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_supervisor_is_refused(city: City, client: Client):
    client.force_login(city.bob)

    assert client.get("/admin/login/").status_code == 403


def test_administrator_comes_in(city: City, client: Client):
    client.force_login(city.admin)

    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/")["Location"] == "/admin/"


def test_lost_right_counts_at_once(city: City, client: Client):
    client.force_login(city.admin)
    type(city.admin).objects.filter(pk=city.admin.pk).update(is_staff=False)

    assert client.get("/admin/").status_code == 302
