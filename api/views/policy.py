"""The approval policy: what counts, its versions, trying rules on the past, saving them, and incidents."""

from __future__ import annotations

from http import HTTPStatus

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api import policy
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import policy as shapes
from api.shapes.problems import PolicyVersion
from api.views.door import Door

SUPERVISE = frozenset([Scope.SUPERVISE.value])
RULES = [
    {"name": "Two in public", "when": {"side": ["PUBLIC"], "tone": ["HOSTILE"]}, "then": {"outcome": "TWO"}},
    {"name": "Every fifth mail", "when": {"channel": ["email"]}, "then": {"outcome": "SAMPLE", "percent": 20}},
]
BY_WHOM = "For supervisors and administrators."


class Policy(Door):
    """The rules that count, and saving others."""

    scopes = {"GET": SUPERVISE, "POST": SUPERVISE}

    @reads(
        "read_policy",
        "Read the rules that count",
        scopes=SUPERVISE,
        about=f"With the topics that have an incident. {BY_WHOM}",
        answer=shapes.Policy,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """Tell the newest version."""
        return Response(shapes.Policy(policy.newest(self.caller_of(request))).data)

    @acts(
        "save_policy",
        "Save rules that were tried",
        scopes=SUPERVISE,
        about=f"As a new version, from now on. {BY_WHOM} 422 names the rule that cannot be, and why.",
        body=shapes.NewPolicy,
        example={"rules": RULES, "note": "Election time.", "seen": 4, "tried": "The proof that trying gave."},
        answers={201: PolicyVersion},
        may=[404],
    )
    def post(self, request: Request) -> Response:
        """Save them, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.NewPolicy)
        return self.once(request, lambda: policy.save(caller, sent, now=timezone.now()))


class TryPolicy(Door):
    """Trying rules."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "try_policy",
        "Try rules on the last 30 days",
        scopes=SUPERVISE,
        about=f"Nothing is kept. {BY_WHOM} 422 names the rule that cannot be, and why.",
        body=shapes.Rules,
        example={"rules": RULES},
        answers={200: shapes.Tried},
        may=[404],
        has_key=False,
    )
    def post(self, request: Request) -> Response:
        """Try them."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Rules)
        return Response(shapes.Tried(policy.try_rules(caller, sent, now=timezone.now())).data)


class Versions(Door):
    """All versions."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "list_policy_versions",
        "List the versions of the policy",
        scopes=SUPERVISE,
        about=BY_WHOM,
        answer=shapes.VersionPage,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """List them, the newest first."""
        rows = policy.versions(self.caller_of(request))
        return Response({"results": shapes.VersionRow(rows, many=True).data})


class OneVersion(Door):
    """One version."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "read_policy_version",
        "Read a version of the policy",
        scopes=SUPERVISE,
        about=f"With what it changed. {BY_WHOM}",
        answer=shapes.WholeVersion,
        may=[404],
    )
    def get(self, request: Request, n: int) -> Response:
        """Tell one version."""
        return Response(shapes.WholeVersion(policy.version(self.caller_of(request), n)).data)


class TopicIncident(Door):
    """The switch for incidents."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "set_incident",
        "Say that something is wrong on a topic, or not any more",
        scopes=SUPERVISE,
        about=f"The policy's rules for incidents count for what is submitted from now on. {BY_WHOM}",
        body=shapes.Incident,
        example={"is_on": True},
        answers={200: shapes.TopicNow},
        may=[404],
    )
    def post(self, request: Request, topic_id: int) -> Response:
        """Switch it, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Incident)

        def switch() -> Answered:
            topic = policy.set_incident(caller, topic_id, is_on=sent["is_on"], now=timezone.now())
            return Answered(status=HTTPStatus.OK, body=dict(shapes.TopicNow(topic).data))

        return self.once(request, switch)
