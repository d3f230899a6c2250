"""`{% static %}` of a constant path: its address with the hash of the file is looked up once."""

from __future__ import annotations

from django.conf import settings
from django.template import Library, Node
from django.template.base import Parser, Token
from django.templatetags import static as djangos

from citizenservice.constant_tags import ConstantNode, is_constant

register = Library()
register.tags.update(djangos.register.tags)


@register.tag
def static(parser: Parser, token: Token) -> Node:
    """Compile `{% static %}`; one with a variable, a filter or `as` stays Django's."""
    node = djangos.do_static(parser, token)
    return node if node.varname or not is_constant(node.path) else ConstantNode(node, varies=_where)


def _where() -> str:
    return str(settings.STATIC_URL)
