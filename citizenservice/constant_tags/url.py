"""`{% url %}` of a constant name without arguments: reversed once."""

from __future__ import annotations

from django.template import Library, Node
from django.template.base import Parser, Token
from django.template.defaulttags import url as djangos
from django.urls import get_script_prefix

from citizenservice.constant_tags import ConstantNode, is_constant

register = Library()
OURS = ("desk:", "citizens:", "account_", "mfa_")
"""Names that mean the same for every request; the admin's depend on which administration is looked at."""


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Compile `{% url %}`; one with an argument or `as`, or of another room, stays Django's."""
    node = djangos(parser, token)
    depends = node.args or node.kwargs or node.asvar or not is_constant(node.view_name)
    if depends or not str(node.view_name.var).startswith(OURS):
        return node
    return ConstantNode(node, varies=get_script_prefix)
