"""What the service is meant to reach, and whether it did: a figure that was not measured decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Aim:
    """One figure and its limit: at least `least`, or at most `most`."""

    figure: str
    says: str
    least: float | None = None
    most: float | None = None

    def is_met(self, value: float) -> bool:
        """Whether a measured value is good enough."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def limit(self) -> str:
        """Say the limit in words."""
        return f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"


INTAKE = (
    Aim(figure="webhooks_lost", says="webhooks answered 200 and not kept", most=0),
    Aim(figure="webhooks_per_second", says="webhooks a second, as many as it takes", least=500),
    Aim(figure="steady_not_accepted", says="steady load: webhooks not answered 200", most=0),
    Aim(figure="steady_p99_ms", says="steady load: 99 % answered within ms", most=100),
    Aim(figure="steady_grown_megabytes", says="steady load: MB that the pages' workers grew", most=10),
    Aim(figure="peak_not_accepted", says="peak load: webhooks not answered 200", most=0),
    Aim(figure="peak_p99_ms", says="peak load: 99 % answered within ms", most=100),
    Aim(figure="mails_lost", says="mails accepted and not read", most=0),
    Aim(figure="mails_read_per_second", says="mails a second read into enquiries", least=150),
    Aim(figure="times_helpdesk", says="times the mails a second of django-helpdesk", least=5),
    Aim(figure="surge_lost", says="surge: arrived and not read", most=0),
    Aim(figure="surge_drained_seconds", says="surge: seconds until it was read, after its end", most=300),
    Aim(figure="surge_slowest_reply_seconds", says="surge: slowest approved reply, seconds", most=60),
    Aim(figure="surge_replies_missing", says="surge: approved replies that did not leave", most=0),
    Aim(figure="surge_grown_megabytes", says="surge: MB that any program grew after it", most=25),
)


def judged(figures: Mapping[str, Any], aims: Sequence[Aim] = INTAKE) -> tuple[list[str], bool]:
    """Say of each aim whose figure is there how it stands; False when one was missed."""
    lines, is_good = [], True
    for aim in aims:
        value = figures.get(aim.figure)
        if value is None:
            continue
        met = aim.is_met(value)
        is_good &= met
        lines.append(f"{'ok    ' if met else 'MISSED'}  {aim.says}: {value:g} ({aim.limit()})")
    return lines, is_good
