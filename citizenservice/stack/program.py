"""What is to be run: a program's command, how it tells that it is ready, and how it wants to be stopped."""

import re
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from citizenservice.stack.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Program:
    """One long-lived child. Of `is_ready` and `ready_line` one is set; with neither it is ready once it runs.

    Programs of a higher `layer` stop first and together; the database is layer 0.
    """

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    layer: int
    is_ready: Callable[[], bool] | None = None
    ready_line: re.Pattern[str] | None = None
    before: Callable[[], None] | None = None
    identity: Identity | None = None
    stop_signal: int = signal.SIGTERM
    patience_seconds: float = 10
    boring: re.Pattern[str] = field(default=re.compile(r"(?!)"))
    # Its lines are meant for the person at the terminal, not for a log.
    speaks: bool = False
