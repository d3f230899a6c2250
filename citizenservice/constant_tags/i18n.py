"""`{% translate %}` of a constant text: looked up once per language."""

from __future__ import annotations

from django.template import Library, Node
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

from citizenservice.constant_tags import ConstantNode, is_constant

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Compile `{% translate %}`; one with a variable, a filter, a context or `as` stays Django's."""
    node = i18n.do_translate(parser, token)
    depends = node.message_context or node.asvar or node.noop or not is_constant(node.filter_expression)
    return node if depends else ConstantNode(node, varies=get_language)
