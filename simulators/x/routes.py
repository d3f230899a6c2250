"""The routes of X's API v2 that a city needs: their names, who may call them, with which rights, how often."""

import re
from collections.abc import Callable
from typing import Final

from simulators.serving import Request, Response
from simulators.x import media, messages, reading, writing

Route = tuple[str, str, re.Pattern[str], Callable[..., Response] | None]
POST: Final = r"(?P<post_id>\d{1,19})"
PERSON: Final = r"(?P<person_id>\d{1,19})"

ROUTES: Final[tuple[Route, ...]] = (
    ("me", "GET", re.compile(r"/2/users/me"), reading.me),
    ("user", "GET", re.compile(r"/2/users/by/username/(?P<username>\w+)"), reading.user),
    ("user", "GET", re.compile(r"/2/users/(?P<user_id>\d+)"), reading.user),
    ("mentions", "GET", re.compile(r"/2/users/(?P<user_id>\d+)/mentions"), reading.mentions),
    ("own_posts", "GET", re.compile(r"/2/users/(?P<user_id>\d+)/tweets"), reading.own_posts),
    ("search", "GET", re.compile(r"/2/tweets/search/recent"), reading.search),
    ("lookup", "GET", re.compile(r"/2/tweets"), reading.lookup),
    ("one_post", "GET", re.compile(rf"/2/tweets/{POST}"), reading.one_post),
    ("create_post", "POST", re.compile(r"/2/tweets"), writing.create_post),
    ("delete_post", "DELETE", re.compile(rf"/2/tweets/{POST}"), writing.delete_post),
    ("hide", "PUT", re.compile(rf"/2/tweets/{POST}/hidden"), writing.hide),
    ("dm_events", "GET", re.compile(r"/2/dm_events"), messages.events),
    ("dm_events", "GET", re.compile(rf"/2/dm_conversations/with/{PERSON}/dm_events"), messages.events),
    ("dm_events", "GET", re.compile(r"/2/dm_conversations/(?P<conversation_id>[\d-]+)/dm_events"), messages.events),
    ("create_dm", "POST", re.compile(rf"/2/dm_conversations/with/{PERSON}/messages"), messages.create),
    ("create_dm", "POST", re.compile(r"/2/dm_conversations/(?P<thread>[\d-]+)/messages"), messages.create),
    ("upload", "POST", re.compile(r"/2/media/upload"), media.upload),
    ("describe", "POST", re.compile(r"/2/media/metadata"), media.describe),
    ("token", "POST", re.compile(r"/2/oauth2/token"), None),
    ("webhooks", "GET", re.compile(r"/2/webhooks"), None),
    ("webhooks", "POST", re.compile(r"/2/webhooks"), None),
    ("webhook", "PUT", re.compile(r"/2/webhooks/(?P<number>\d+)"), None),
    ("webhook", "DELETE", re.compile(r"/2/webhooks/(?P<number>\d+)"), None),
    ("subscriptions", "GET", re.compile(r"/2/activity/subscriptions"), None),
    ("subscriptions", "POST", re.compile(r"/2/activity/subscriptions"), None),
    ("subscription", "DELETE", re.compile(r"/2/activity/subscriptions/(?P<number>\d+)"), None),
)
USERS_ONLY: Final = frozenset(
    {"me", "create_post", "delete_post", "hide", "dm_events", "create_dm", "upload", "describe"}
)
APPS_ONLY: Final = frozenset({"webhooks", "webhook", "subscriptions", "subscription"})
SLOW_TO_SHOW: Final = frozenset({"create_post", "create_dm"})
"""What it writes can stay hidden from reads for a while."""
LIMITS: Final = {
    "me": 75,
    "mentions": 300,
    "own_posts": 900,
    "search": 300,
    "create_post": 100,
    "delete_post": 50,
    "hide": 50,
    "dm_events": 15,
    "create_dm": 15,
    "upload": 500,
    "lookup": 5000,
}
A_DAY: Final = {"create_post": 10_000, "create_dm": 1440}
SCOPES: Final = {
    "create_post": "tweet.write",
    "delete_post": "tweet.write",
    "hide": "tweet.moderate.write",
    "dm_events": "dm.read",
    "create_dm": "dm.write",
    "upload": "media.write",
    "describe": "media.write",
    "me": "users.read",
}


def match(request: Request) -> tuple[Route | None, dict[str, str]]:
    """Find the route of a call with what its path names; None for one that X does not have."""
    for route in ROUTES:
        found = route[2].fullmatch(request.path)
        if found and route[1] == request.method:
            return route, found.groupdict()
    return None, {}
