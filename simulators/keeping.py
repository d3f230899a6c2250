"""Keeps a simulator's memory in a file, so that the demo can be stopped and started again without losing the town."""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

SAVE_EVERY_SECONDS: Final = 1.0


Kept = TypeVar("Kept")


class Keeper:
    """Writes what `dump` answers whenever it has changed, at most once a second, and at the end."""

    def __init__(self, path: Path, dump: Callable[[], Any]) -> None:
        self._path = path
        self._dump = dump
        self._saved = ""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to keep."""
        self._thread.start()

    def end(self) -> None:
        """Save for the last time."""
        self._ending.set()
        self._thread.join(timeout=0.5)

    def _run(self) -> None:
        while not self._ending.wait(SAVE_EVERY_SECONDS):
            self._save()
        self._save()

    def _save(self) -> None:
        text = json.dumps(self._dump(), default=_plain, ensure_ascii=False)
        if text == self._saved:
            return
        beside = self._path.with_suffix(".part")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self._path)  # a kill in between leaves the earlier file whole
        self._saved = text


def read(path: Path) -> dict[str, Any]:
    """What was kept, or {} when there is nothing that can be read: then the town begins anew."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def revive(kind: type[Kept], facts: dict[str, Any]) -> Kept:
    """Make a dataclass again of its kept fields; those that end in `_at` are moments."""
    moments = {name: datetime.fromisoformat(value) for name, value in facts.items() if name.endswith("_at") and value}
    return kind(**{**facts, **moments})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError(type(value).__name__)
