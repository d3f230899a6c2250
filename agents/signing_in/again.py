"""What happens to a request whose session is over: nothing that was written is lost, and one lands where one was."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import InvalidToken
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from agents.signing_in import page_owners
from agents.signing_in.answers import kind_of, lead_to, where_they_are
from enquiries.models.sealed import seal, unseal

KEY = "kept_words"
KEPT_SECONDS = 30 * 60
MOST = 200_000
"""Characters; a reply has at most 8,000."""
WRITING = frozenset({"enquiry", "standard_new", "standard_edit"})
"""Names of the desk's pages whose forms hold what somebody wrote, in their own name, and decide nothing about others."""
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "password", "code"})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A form that met a session that was over: where it was sent, from where, when (seconds), and its fields.

    `who` wrote it; `is_writing` says that it holds words and decides nothing, so that it can be sent on.
    """

    to: str
    back: str
    at: float
    fields: list[tuple[str, str]]
    who: int
    is_writing: bool

    @property
    def words(self) -> list[str]:
        """What somebody wrote, apart from ids and choices."""
        return [value for _name, value in self.fields if len(value.split()) > 1]


class SignInAgainMiddleware(LoginRequiredMiddleware):
    """Django's rule that every page needs a sign-in, with an answer that fits what asked."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Let the browser keep whose pages of the desk it was given."""
        match = request.resolver_match
        if match is not None and match.namespace == "desk" and request.user.is_authenticated:
            page_owners.remember(request, response)
        return response

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:  # type: ignore[override]
        """Keep a form of the desk, and send people to sign in and back."""
        kind, then = kind_of(request), where_they_are(request)
        if kind == "page" and keep(request, back=then):
            then = reverse("signin_kept")
        return lead_to(request, f"{resolve_url(self.get_login_url(view_func))}?{urlencode({'next': then})}", kind=kind)


def keep(request: HttpRequest, *, back: str) -> bool:
    """Keep a posted form of the desk in the session, encrypted. Says whether there was one.

    Only the desk's: forms of the admin hold secrets of accounts. Only where it can be told who wrote it. Files are not kept.
    """
    match, who = request.resolver_match, page_owners.owner_of(request)
    if request.method != "POST" or match is None or match.namespace != "desk" or who is None:
        return False
    fields = [(name, value) for name, values in request.POST.lists() if name not in NOT_KEPT for value in values]
    if not fields or sum(len(value) for _name, value in fields) > MOST:
        return False
    kept = Kept(
        to=request.get_full_path(),
        back=back,
        at=time.time(),
        fields=[(n, str(v)) for n, v in fields],
        who=who,
        is_writing=match.url_name in WRITING or (match.url_name == "act" and match.kwargs.get("name") == "note"),
    )
    request.session[KEY] = seal(json.dumps(asdict(kept))).decode()
    return True


def keep_unproved(request: HttpRequest) -> HttpResponse | None:
    """Answer a form of our own pages whose proof is of an earlier session, as after signing in again in another tab.

    None where the browser does not vouch that the form is ours: another site must not get its words kept here.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return None
    kind, back = kind_of(request), where_they_are(request)
    if kind == "page":
        return redirect("signin_kept") if keep(request, back=back) else None
    return lead_to(request, f"{reverse('account_login')}?{urlencode({'next': back})}", kind=kind)


def kept_in(request: HttpRequest) -> Kept | None:
    """Read what was kept for whoever is signed in; nothing of anybody else's, after half an hour, or when its key is gone."""
    sealed = request.session.get(KEY)
    if not isinstance(sealed, str):
        return None
    try:
        kept = Kept(**json.loads(unseal(sealed.encode())))
    except (InvalidToken, TypeError):
        return None
    return kept if kept.who == request.user.pk and time.time() - kept.at < KEPT_SECONDS else None


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """Show what was being sent when the session ended, to send it now or to leave it. It can be sent once.

    What decides something (an approval, a freeze, a policy) is shown only: it is decided anew, on the page as it stands now.
    """
    found = kept_in(request)
    if found is None:
        request.session.pop(KEY, None)
        return redirect("desk:queue")
    if request.method != "POST":
        return render(request, "account/kept.html", {"kept": found})
    del request.session[KEY]
    if "leave" in request.POST or not found.is_writing:
        return redirect(found.back)
    answer = HttpResponse(status=307)  # the browser sends the same form on, with the proof of the new session
    answer.headers["Location"] = found.to
    return answer


@require_safe
def still_here(request: HttpRequest) -> JsonResponse:
    """Tell a page that was left open that its person is signed in, with the proof that its forms now need.

    Signing in makes the proof in an open page worthless; whoever is not signed in gets 401 instead.
    """
    return JsonResponse({"user": request.user.pk, "csrf": get_token(request)})
