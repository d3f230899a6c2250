"""A constant text of a template is looked up once per language, and says the right thing in each."""

import pytest
from django.template import Context, Template
from django.utils import translation

from citizenservice.translating import ConstantNode


def drawn(source: str, **context: object) -> str:
    return Template("{% load i18n %}" + source).render(Context(context))


def test_same_template_speaks_the_language_of_each_request() -> None:
    template = Template('{% load i18n %}{% translate "Send" %}')
    said = {}
    for language in ("en", "nl", "ar", "en"):
        with translation.override(language):
            said[language] = template.render(Context())
    assert said["en"] == "Send"
    assert len(set(said.values())) == 3


def test_a_constant_text_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    template = Template('{% load i18n %}{% translate "Send" %}')
    node = next(one for one in template.nodelist if isinstance(one, ConstantNode))
    template.render(Context())
    monkeypatch.setattr(node, "node", None)
    assert template.render(Context()) == "Send"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% translate words %}", "&lt;b&gt;"),
        ('{% translate "Send"|upper %}', "SEND"),
        ('{% translate "Send" as said %}[{{ said }}]', "[Send]"),
        ('{% translate "Send" context "nowhere" %}', "Send"),
    ],
)
def test_what_depends_on_the_page_is_drawn_each_time(source: str, expected: str) -> None:
    drawn(source, words="first")
    assert drawn(source, words="<b>") == expected
