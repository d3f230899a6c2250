"""What has to be done inside the service for the desk's benchmark: people, rows, and the requests that will be measured."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

TEAMS, PEOPLE_OF_A_TEAM = 10, 3
WORDS_AT_ONCE, SOME = 2, 500
"""So many connections fill in words, so many enquiries at a time each."""
CSRF = "b" * 32


def main() -> None:
    """Fill, and write the plan of requests; print how long it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--posts", type=int, required=True, help="how many forms of each kind are prepared")
    parser.add_argument("--plan", type=Path, required=True)
    options = parser.parse_args()
    django.setup()
    begun = time.perf_counter()
    city = people(size=options.size)
    filled = time.perf_counter()
    words_and_counts(size=options.size)
    searchable = time.perf_counter()
    options.plan.write_text(json.dumps(plan(city, posts=options.posts)))
    seconds = {"rows": filled - begun, "words": searchable - filled, "plan": time.perf_counter() - searchable}
    print(json.dumps({f"fill_{name}_seconds": round(value, 1) for name, value in seconds.items()}))


def people(*, size: int) -> dict[str, Any]:
    """Make a city with ten teams, three agents and a supervisor in each, and its enquiries. Returns agents and supervisors."""
    from agents.models import Membership, Role, User
    from bench.desk_rows import fill
    from enquiries.models import ChannelAccount, Organisation, Team, Topic

    city = Organisation.objects.create(name="Northwell", slug="northwell", reference_prefix="NW")
    teams = [Team.objects.create(organisation=city, name=f"Team {number}") for number in range(TEAMS)]
    for team in teams:
        Topic.objects.create(organisation=city, name=f"Topic of {team.name}", team=team)
    accounts = [
        ChannelAccount.objects.create(organisation=city, kind=kind, name="Northwell", external_id=kind)
        for kind in ("email", "x", "facebook")
    ]
    agents: dict[int, list[Any]] = {}
    supervisors: dict[int, list[Any]] = {}
    for team in teams:
        for number in range(PEOPLE_OF_A_TEAM + 1):
            role = Role.SUPERVISOR if number == PEOPLE_OF_A_TEAM else Role.AGENT
            name = f"{role.lower()}{number}.{team.pk}"
            user = User.objects.create(email=f"{name}@northwell.example", name=name, password="!")
            Membership.objects.create(user=user, organisation=city, team=team, role=role)
            (supervisors if role == Role.SUPERVISOR else agents).setdefault(team.pk, []).append(user)
    everybody = [user.pk for users in agents.values() for user in users]
    fill(
        size=size,
        organisation=city.pk,
        accounts=[account.pk for account in accounts],
        teams=[team.pk for team in teams],
        people=everybody,
    )
    return {"agents": agents, "supervisors": supervisors}


def words_and_counts(*, size: int) -> None:
    """Make what the triggers would have made, with the migrations' own statements, and let the database learn its sizes."""
    from django.db import connection

    counts: Any = import_module("enquiries.migrations.0010_counts")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_document")
        # Before it knows how many rows there are, the database reads all messages for each enquiry.
        cursor.execute("ANALYZE")
        with ThreadPoolExecutor(WORDS_AT_ONCE) as pool:
            list(pool.map(words_of_some, [range(number, size, WORDS_AT_ONCE * SOME) for number in starts()]))
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "CREATE INDEX search_document ON enquiries_searchtext USING gin (document) WITH (gin_pending_list_limit = 256)"
        )
        cursor.execute("DELETE FROM enquiries_tally")
        cursor.execute(counts.COUNTS[counts.COUNTS.rindex("INSERT INTO enquiries_tally") :])
        cursor.execute("VACUUM ANALYZE")


def starts() -> range:
    """Say where each of those who fill words begins, so that they take turns."""
    return range(0, WORDS_AT_ONCE * SOME, SOME)


def words_of_some(befores: range) -> None:
    """Fill in the words of the enquiries that follow each of these numbers."""
    from django.db import connection

    migration: Any = import_module("enquiries.migrations.0009_search_fill")
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET statement_timeout = 0")
        for before in befores:
            cursor.execute(migration.FILL, {"last": before, "most": SOME})
    connection.close()


def plan(city: dict[str, Any], *, posts: int) -> dict[str, list[dict[str, str]]]:
    """Write down the requests of each page: method, path, cookie and body."""
    agents = {team: [cookie_of(user) for user in users] for team, users in city["agents"].items()}
    everybody = [cookie for cookies in agents.values() for cookie in cookies]
    forms = list(writing(agents, posts))
    share = min(posts, len(forms) // 3)
    to_save, to_submit, to_approve = forms[:share], forms[share : share * 2], forms[share * 2 : share * 3]
    return {
        "queue": [get("/desk/", cookie) for cookie in everybody],
        "enquiry": list(long_ones(agents)),
        "search_rare": [get(f"/desk/?q={word('RARE')}", cookie) for cookie in everybody],
        "search_common": [get(f"/desk/?q={word('COMMON')}", cookie) for cookie in everybody],
        "save_draft": to_save,
        "submit": [submitting(form) for form in to_submit],
        "approve": approvals(city, [submitting(form) for form in to_approve]),
        "pulse": list(pulses(everybody)),
    }


def submitting(form: dict[str, str]) -> dict[str, str]:
    """Make a form that was to be saved one that is to be submitted."""
    return form | {"body": form["body"].replace("action=save", "action=submit")}


def word(name: str) -> str:
    """Give a word of the rows."""
    from bench import desk_rows

    return str(getattr(desk_rows, name))


def get(path: str, cookie: str) -> dict[str, str]:
    """Describe a GET."""
    return {"method": "GET", "path": path, "cookie": cookie, "body": ""}


def cookie_of(user: Any) -> str:
    """Sign somebody in, without the page for it."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def long_ones(agents: dict[int, list[str]]) -> Iterator[dict[str, str]]:
    """Look at the enquiries with ten messages."""
    from bench.desk_rows import LONG
    from enquiries.models import Enquiry

    for reference, team in Enquiry.objects.filter(pk__lte=LONG, team__isnull=False).values_list("reference", "team"):
        yield get(f"/desk/enquiries/{reference}/", agents[team][0])


def writing(agents: dict[int, list[str]], posts: int) -> Iterator[dict[str, str]]:
    """Answer enquiries nobody has taken, each once, by somebody of their team."""
    from bench.desk_rows import LONG
    from enquiries.models import Enquiry

    free = Enquiry.objects.filter(state="NEW", pk__gt=LONG, team__isnull=False, assignee__isnull=True)
    for pk, reference, team, side in free.order_by("pk").values_list("pk", "reference", "team", "side")[: posts * 3]:
        fields = {
            "text": "We come and mend it tomorrow.",
            "answers": str((pk - 1) * 3 + 3),
            "side": side,
            "action": "save",
        }
        fields |= {"csrfmiddlewaretoken": CSRF, "version": ""}
        path = f"/desk/enquiries/{reference}/"
        yield {
            "method": "POST",
            "path": path,
            "cookie": agents[team][pk % len(agents[team])],
            "body": urlencode(fields),
        }


def approvals(city: dict[str, Any], forms: list[dict[str, str]]) -> list[dict[str, str]]:
    """Write and submit replies through the door, so that supervisors can approve them."""
    from django.test import Client

    from enquiries.models import Reply

    client = Client()
    for form in forms:
        headers = {"cookie": form["cookie"]}
        client.post(form["path"], form["body"], content_type="application/x-www-form-urlencoded", headers=headers)
    supervisors = {team: cookie_of(users[0]) for team, users in city["supervisors"].items()}
    waiting = Reply.objects.filter(state="SUBMITTED").select_related("enquiry").prefetch_related("versions")
    made = []
    for reply in waiting.order_by("pk"):
        sha = bytes(max(reply.versions.all(), key=lambda one: one.n).content_sha256).hex()
        fields = {"action": "approve", "sha256": sha, "csrfmiddlewaretoken": CSRF}
        cookie = supervisors[reply.enquiry.team_id or 0]
        made.append(
            {"method": "POST", "path": f"/desk/approvals/{reply.pk}/", "cookie": cookie, "body": urlencode(fields)}
        )
    return made


def pulses(everybody: list[str]) -> Iterator[dict[str, str]]:
    """Ask as open pages do, each with the stamp it was drawn with."""
    from django.test import Client

    for cookie in everybody:
        page = Client().get("/desk/pulse/?v=", headers={"cookie": cookie}).json()
        yield get(f"/desk/pulse/?v={page['v']}", cookie)


if __name__ == "__main__":
    main()
