"""Constant texts and addresses of templates are looked up once, and still say the right thing."""

import pytest
from django.template import Context, Template
from django.urls import set_script_prefix
from django.utils import translation

from citizenservice.constant_tags import ConstantNode


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


@pytest.mark.parametrize("tag", ['translate "Send"', 'static "icons.svg"', "url 'desk:queue'"])
def test_what_is_constant_is_looked_up_once(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    template = Template("{% load i18n static %}{% " + tag + " %}")
    node = next(one for one in template.nodelist if isinstance(one, ConstantNode))
    first = template.render(Context())
    monkeypatch.setattr(node, "node", None)
    assert template.render(Context()) == first != ""


def test_an_address_follows_the_place_where_the_service_is_mounted() -> None:
    template = Template("{% url 'desk:queue' %}")
    assert template.render(Context()) == "/desk/"
    set_script_prefix("/city/")
    try:
        assert template.render(Context()) == "/city/desk/"
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% translate words %}", "&lt;b&gt;"),
        ('{% translate "Send"|upper %}', "SEND"),
        ('{% translate "Send" as said %}[{{ said }}]', "[Send]"),
        ('{% translate "Send" context "nowhere" %}', "Send"),
        ("{% load static %}{% static path %}", "/static/icons.svg"),
        ("{% url 'desk:enquiry' reference %}", "/desk/enquiries/NW-1/"),
        ("{% url 'desk:queue' as there %}[{{ there }}]", "[/desk/]"),
    ],
)
def test_what_depends_on_the_page_is_drawn_each_time(source: str, expected: str) -> None:
    drawn(source, words="first", path="x.svg", reference="NW-2")
    assert drawn(source, words="<b>", path="icons.svg", reference="NW-1") == expected
