"""The pages of the simulated provider: choose who you are, and you are signed out."""

from urllib.parse import urlencode

from simulators.markup import Markup, fill, page_response, styles_response
from simulators.oidc.people import Person
from simulators.serving import Request, Response

TITLE, STRAPLINE = "Northwell account (simulated)", "The city's own sign-in. Choose who you are; no password is asked."


def respond(request: Request, people: dict[str, Person]) -> Response | None:
    """Render the pages for people and what they need, or None for other paths."""
    if request.method not in ("GET", "HEAD"):
        return None
    match request.path:
        case "/simulators.css":
            return styles_response()
        case "/icon.svg":
            return Response(body=ICON, content_type="image/svg+xml")
        case "/" | "/authorize":
            return _page(fill(CHOOSE, people=[_choice(one, request) for one in people.values()], none=_none(request)))
        case "/logout":
            return _page(Markup(SIGNED_OUT))
    return None


def _page(body: Markup) -> Response:
    return page_response(title=TITLE, kind="oidc", strapline=STRAPLINE, body=body)


def _choice(person: Person, request: Request) -> Markup:
    address = f"/choose?{urlencode(request.arguments | {'person': person.sub})}"
    return fill(PERSON, address=address, name=person.name, email=person.email)


def _none(request: Request) -> str:
    return f"/choose?{urlencode(request.arguments | {'person': ''})}"


ICON = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#0b4f8a"/></svg>'
CHOOSE = """<h1>Who are you?</h1>
<ul class="people">
{people}
</ul>
<p><a href="{none}">None of these: go back</a></p>"""
PERSON = '<li><a href="{address}">{name}, {email}</a></li>'
SIGNED_OUT = "<h1>You are signed out</h1><p>Of this provider too.</p>"
