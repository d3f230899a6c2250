"""The page of the simulated Mastodon: write as a citizen, see the city's answers."""

from datetime import UTC, datetime
from typing import Final

from simulators.credentials import MASTODON_ACCOUNT_ID, MASTODON_HANDLE
from simulators.markup import Markup, fill, initials, page_response, paragraphs, styles_response, when
from simulators.mastodon.store import Status, Store
from simulators.serving import Request, Response

SHOWN: Final = 60


def respond(request: Request, store: Store) -> Response | None:
    """Render "/" and what it needs, or None for other paths."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/simulators.css":
        return styles_response()
    if request.path != "/":
        return None
    posts = [_post(post, store) for post in store.visible(now=datetime.now(UTC))[:SHOWN]]
    return page_response(
        title="Mastodon (simulated)",
        kind="mastodon",
        strapline=f"Posts that name @{MASTODON_HANDLE} reach the city's desk.",
        body=fill(
            BODY, handle=MASTODON_HANDLE, posts=posts or [Markup('<p class="empty">Nobody has written yet.</p>')]
        ),
    )


def _post(post: Status, store: Store) -> Markup:
    author = store.people[post.author_id]
    return fill(
        POST,
        key=post.id,
        side="ours" if post.author_id == MASTODON_ACCOUNT_ID else "theirs",
        initials=initials(author.name),
        name=author.name,
        handle=author.acct,
        seen_by=post.visibility,
        when=when(post.created_at),
        text=paragraphs(post.text),
    )


BODY: Final = """<h1>Northwell Social</h1>
<form class="compose card" method="post" action="/_sim/write">
<h2>Write as a citizen</h2>
<p><label for="name">Your name</label><input id="name" name="author_name" value="Dana Meyer" required maxlength="50"></p>
<p><label for="handle">Your handle</label><input id="handle" name="author_handle" value="dana" required maxlength="60"></p>
<p><label for="seen">Who may read it</label><select id="seen" name="visibility">
<option value="public">Everybody</option><option value="direct">Those whom it names</option></select></p>
<p><label for="text">Your post</label><textarea id="text" name="text" rows="3" required dir="auto">@{handle} </textarea></p>
<button class="button" type="submit">Post</button>
</form>
<h2>Posts and answers</h2>
<div class="threads">
{posts}
</div>"""

POST: Final = """<div class="post {side}" id="item-{key}">
<span class="avatar" aria-hidden="true">{initials}</span>
<div><p class="who"><b><bdi>{name}</bdi></b> <span>@{handle}</span> {when} <span class="tag">{seen_by}</span></p>
<p class="said" dir="auto">{text}</p></div>
</div>"""
