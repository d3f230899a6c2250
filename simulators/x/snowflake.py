"""Post ids as X makes them: milliseconds since its epoch, shifted; larger is later."""

from datetime import UTC, datetime
from typing import Final

EPOCH_MS: Final = 1288834974657
SHIFT: Final = 22


def floor_id(moment: datetime) -> int:
    """The smallest id that a post of this moment can have."""
    return (round(moment.timestamp() * 1000) - EPOCH_MS) << SHIFT


def moment_of(post_id: int) -> datetime:
    """The moment at which a post with this id was made."""
    return datetime.fromtimestamp(((post_id >> SHIFT) + EPOCH_MS) / 1000, UTC)
