"""The files in the composer: those of the wording so far, and what its author has put in since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.writing.composing import Composer
from enquiries.contract import NO_FILES, Carries
from enquiries.models import ReplyFile
from enquiries.rules.pictures import RASTER
from enquiries.services.files import reply_files
from enquiries.services.files.reply_files import Chosen


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A file as the composer shows it, with the words that say what a picture shows."""

    token: str
    name: str
    media_type: str
    size: int
    alt: str
    is_chosen: bool = True

    @property
    def is_picture(self) -> bool:
        """Whether it can be looked at."""
        return self.media_type in RASTER


@dataclass(frozen=True, kw_only=True)
class Files:
    """What the composer says of files: which its place takes (none: `carries.most` is 0), and those that are here."""

    carries: Carries
    kinds: str
    here: Sequence[Shown]
    says_no: str = ""

    @property
    def accept(self) -> str:
        """What the browser offers to choose; it only hints."""
        return ",".join(sorted(self.carries.media_types))

    @property
    def is_full(self) -> bool:
        """Whether no further file goes with it."""
        return sum(one.is_chosen for one in self.here) >= self.carries.most


def files_of(
    composer: Composer, waiting: Sequence[ReplyFile], *, by_id: int, typed: Sequence[Chosen] | None = None
) -> Files:
    """List the files for the open composer. `waiting` are those of the enquiry that no version names yet.

    What the author left out of a version does not come back; `typed` is what a form that is shown again had chosen.
    """
    carries = NO_FILES
    if composer.chosen.purpose not in reply_files.WITHOUT:
        carries = reply_files.carried_to(composer.answers.account, composer.side)
    named = _named(composer)
    saved = [version.created_at for version in composer.versions if version.author_id == by_id]
    since = max(saved, default=None)
    own = [
        _waiting(file)
        for file in waiting
        if file.answers_id == composer.answers.pk
        and file.uploaded_by_id == by_id
        and (since is None or file.uploaded_at > since)
        and file.token not in {one.token for one in named}
    ]
    here = _as_typed([*named, *own], typed) if carries.most else []
    says_no = ""
    if not carries.most and composer.chosen.purpose not in reply_files.WITHOUT:
        says_no = reply_files.none_in_words(composer.answers.account, composer.side)
    return Files(carries=carries, kinds=reply_files.in_words(carries), here=here, says_no=says_no)


def _named(composer: Composer) -> list[Shown]:
    entries: Sequence[Mapping[str, Any]] = (
        composer.versions[0].content.get("attachments") or [] if composer.versions else []
    )
    return [_entry(entry) for entry in entries]


def _entry(entry: Mapping[str, Any]) -> Shown:
    return Shown(**{name: entry[name] for name in ("token", "name", "media_type", "size", "alt")})


def _waiting(file: ReplyFile) -> Shown:
    return Shown(token=file.token, name=file.name, media_type=file.media_type, size=file.size, alt=file.alt_text)


def _as_typed(files: Sequence[Shown], typed: Sequence[Chosen] | None) -> list[Shown]:
    if typed is None:
        return list(files)
    chosen = {one.token: one for one in typed}
    return [
        Shown(
            token=file.token,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            alt=(chosen[file.token].alt or file.alt) if file.token in chosen else file.alt,
            is_chosen=file.token in chosen,
        )
        for file in files
    ]
