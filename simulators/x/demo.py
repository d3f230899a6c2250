"""The posts with which a demo starts, so that the page is not empty at the first look."""

from typing import Any, Final

POSTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "author_handle": "priya_nw",
        "author_name": "Priya Raman",
        "text": "@northwell the street light outside 14 Mill Lane has been out since Monday. Who do I tell?",
        "age_seconds": 5400,
    },
    {
        "author_handle": "jan_dewit",
        "author_name": "Jan de Wit",
        "text": "@northwell wanneer wordt het grofvuil in de Havenstraat opgehaald? Het staat er al een week.",
        "age_seconds": 3300,
    },
    {
        "author_handle": "salma_h",
        "author_name": "Salma Haddad",
        "text": "@northwell متى تفتح المكتبة المركزية أبوابها يوم السبت؟",
        "age_seconds": 1500,
    },
)
