"""Dutch and Arabic say on the public pages what English says: nothing is left out, nothing is stale."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.people import City

LOCALE = Path(settings.BASE_DIR) / "citizens" / "locale"
TEMPLATES = Path(settings.BASE_DIR) / "templates" / "public"
ENTRY = re.compile(r'^msgid ((?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?msgstr(?:\[0\])? ((?:".*"\n)+)', re.MULTILINE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|<[^>]+>")
LANGUAGES = pytest.mark.parametrize("language", ["nl", "ar"])


def written(language: str) -> dict[str, str]:
    """The sentences of the catalogue as people edit it."""
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text()
    pairs = [(joined(key), joined(value)) for key, value in ENTRY.findall(text)]
    return {key: value for key, value in pairs if key}


def joined(lines: str) -> str:
    return "".join(ast.literal_eval(line) for line in lines.splitlines())


@LANGUAGES
def test_every_sentence_of_the_templates_is_translated(language: str):
    sentences = {
        sentence
        for page in TEMPLATES.glob("*.html")
        for _, sentence in re.findall(r"""{% translate (["'])(.*?)\1 %}""", page.read_text())
    }

    assert len(sentences) > 80
    assert sentences - written(language).keys() == set()


@LANGUAGES
def test_compiled_catalogue_is_the_written_one(language: str):
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)

    said = {key: catalogue.gettext(key) for key in written(language)}

    whole = {key: value for key, value in written(language).items() if "%(n)d" not in key and "limit_value" not in key}
    assert {key: said[key] for key in whole} == whole


@LANGUAGES
def test_translation_keeps_every_placeholder_and_every_tag(language: str):
    for key, value in written(language).items():
        if "%(n)d" not in key:
            assert sorted(PLACEHOLDER.findall(key)) == sorted(PLACEHOLDER.findall(value)), key


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "maandag tot en met vrijdag, 9:00 tot 17:00"),
        ("nl", "2 werkdagen"),
        ("ar", "يومَي عمل"),
        ("ar", "اكتب إلينا"),
    ],
)
def test_front_page_speaks_the_language(city: City, language: str, words: str):
    page = Client(headers={"accept-language": language}).get("/").content.decode()

    assert words in page
    assert "Write to us" not in page
