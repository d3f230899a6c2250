"""Django's tags for translation, where a constant text is looked up once per language instead of at each drawing.

A page of the desk says more than a hundred constant texts. Django looks each of them up, wraps it and unwraps it again
every time: a tenth of the page's processor time (bench/desk.py). The settings put this library in the place of Django's
under the same name, so templates and `makemessages` know no difference.
"""

from __future__ import annotations

from django.template import Context, Library, Node
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class ConstantNode(Node):
    """A constant text, kept as it reads in each language it was asked for."""

    child_nodelists = ()

    def __init__(self, node: i18n.TranslateNode) -> None:
        self.node = node
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """Say it in the language of the request."""
        language = get_language()
        if language not in self.said:
            self.said[language] = self.node.render(context)
        return self.said[language]


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Compile `{% translate %}`; what depends on the page (a variable, a filter, a context, `as`) stays Django's."""
    node = i18n.do_translate(parser, token)
    text = node.filter_expression
    depends = text.filters or text.var.literal is None or node.message_context or node.asvar or node.noop
    return node if depends else ConstantNode(node)
