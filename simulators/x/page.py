"""The page of the simulated X: write as a citizen, watch the city's replies arrive in the threads."""

import re
from datetime import UTC, datetime
from typing import Final

from simulators.credentials import X_HANDLE, X_USER_ID
from simulators.markup import Markup, fill, initials, joined, page_response, paragraphs, removal, styles_response, when
from simulators.serving import Request, Response
from simulators.x.store import Post, Store

THREADS_SHOWN: Final = 40
LEADING: Final = re.compile(r"(@\w+\s+)+")


def respond(request: Request, store: Store) -> Response | None:
    """Render "/" and what it needs, or None for other paths."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/simulators.css":
        return styles_response()
    if request.path == "/icon.svg":
        return Response(body=ICON, content_type="image/svg+xml")
    if request.path == "/":
        return page_response(
            title="X (simulated)",
            kind="x",
            strapline=f"Posts that name @{X_HANDLE} reach the city's desk.",
            body=fill(BODY, form=_compose(), threads=_threads(store), handle=X_HANDLE),
        )
    return None


def _compose() -> Markup:
    return fill(COMPOSE, text=f"@{X_HANDLE} ")


def _threads(store: Store) -> list[Markup]:
    """The newest threads, with what the city removed in them."""
    threads: dict[str, list[Post]] = {}
    for post in reversed(store.visible(now=datetime.now(UTC))):
        threads.setdefault(post.conversation_id, []).append(post)
    for gone in store.removed(X_USER_ID):
        if gone.conversation_id in threads:
            threads[gone.conversation_id].append(gone)
    for posts in threads.values():
        posts.sort(key=lambda post: int(post.id))
    newest = sorted(threads.values(), key=lambda posts: int(posts[-1].id), reverse=True)[:THREADS_SHOWN]
    return [_thread(store, posts) for posts in newest] or [Markup('<p class="empty">Nobody has written yet.</p>')]


def _thread(store: Store, posts: list[Post]) -> Markup:
    last = [post for post in posts if not post.deleted][-1]
    citizens = [post for post in posts if post.author_id != X_USER_ID]
    writer = store.people[(citizens or posts)[0].author_id]
    reply = fill(
        REPLY, target=last.id, handle=writer.username, name=writer.name, key=posts[0].id, shown=f"@{writer.username}"
    )
    return fill(THREAD, key=posts[0].id, posts=[_post(store, post) for post in posts], reply=reply, writer=writer.name)


def _post(store: Store, post: Post) -> Markup:
    author = store.people[post.author_id]
    return fill(
        POST,
        key=post.id,
        side=("ours" if post.author_id == X_USER_ID else "theirs") + (" gone" if post.deleted else ""),
        initials=initials(author.name),
        name=author.name,
        handle=author.username,
        when=when(post.created_at),
        text=_words(post.full_text),
        fate=removal(post.deleted_at) if post.deleted else Markup(),
    )


def _words(text: str) -> Markup:
    """A text whose direction its own words decide, not the @handles before them."""
    handles = LEADING.match(text)
    rest = text[handles.end() :] if handles else text
    leading = handles[0].split() if handles else []
    return joined([*(fill("<bdi>{handle}</bdi>", handle=one) for one in leading), paragraphs(rest)])


BODY: Final = """<h1>What is happening in Northwell?</h1>
{form}
<h2>Posts and replies</h2>
<div class="threads">
{threads}
</div>"""

COMPOSE: Final = """<form class="compose card" method="post" action="/_sim/write">
<h2>Write as a citizen</h2>
<div class="pair">
<p><label for="name">Your name</label><input id="name" name="author_name" value="Dana Meyer"
 required maxlength="50"></p>
<p><label for="handle">Your handle</label><input id="handle" name="author_handle" value="dana_meyer" required
 pattern="@?[A-Za-z0-9_]{{1,15}}" maxlength="16" autocapitalize="none"></p>
</div>
<p><label for="text">Your post</label><textarea id="text" name="text" rows="3" required dir="auto">{text}</textarea></p>
<button class="button" type="submit">Post</button>
</form>"""

THREAD: Final = """<article class="thread card" aria-label="Thread started by {writer}">
{posts}
{reply}
</article>"""

POST: Final = """<div class="post {side}" id="item-{key}">
<span class="avatar" aria-hidden="true">{initials}</span>
<div><p class="who"><b><bdi>{name}</bdi></b> <span>@{handle}</span> {when}</p>
<p class="said" dir="auto">{text}</p>{fate}</div>
</div>"""

REPLY: Final = """<details><summary>Reply as {name}</summary>
<form method="post" action="/_sim/write">
<input type="hidden" name="in_reply_to" value="{target}">
<input type="hidden" name="author_handle" value="{handle}">
<input type="hidden" name="author_name" value="{name}">
<p><label for="reply-{key}">Reply as {shown}</label>
<textarea id="reply-{key}" name="text" rows="2" required dir="auto"></textarea></p>
<button class="button small" type="submit">Reply</button>
</form></details>"""

ICON: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#14171a"/>'
    b'<path d="M9 9l14 14M23 9L9 23" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>'
)
