"""The comments and messages with which a demo starts, so that the page is not empty at the first look."""

from typing import Any, Final

WRITINGS: Final[tuple[dict[str, Any], ...]] = (
    {
        "kind": "comment",
        "author_name": "Marta Kowalska",
        "text": "Dzień dobry, czy autobus 12 nadal jedzie przez Mill Lane w czasie remontu?",
        "age_seconds": 4500,
    },
    {
        "kind": "comment",
        "author_name": "Tom Baker",
        "text": "The steps at the town hall were like glass this morning. Please grit them before somebody falls.",
        "age_seconds": 2400,
    },
    {
        "kind": "message",
        "author_name": "Ada Lindqvist",
        "text": "Hello, I moved last week. How do I register my new address, and what does it cost?",
        "age_seconds": 1800,
    },
)
