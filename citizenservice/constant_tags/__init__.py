"""Django's tags whose answer never changes while a process lives: drawn once instead of on each page.

A page of the desk says a hundred constant texts and names sixty constant addresses. Looking each of them up again took an
eighth of the page's processor time (bench/desk.py). The settings put these libraries in the place of Django's under the
same names, so templates, the admin and `makemessages` know no difference; what depends on the page stays Django's.
"""

from __future__ import annotations

from collections.abc import Callable

from django.template import Context, Node
from django.template.base import FilterExpression


class ConstantNode(Node):
    """A tag that says the same whenever `varies` is the same."""

    child_nodelists = ()

    def __init__(self, node: Node, *, varies: Callable[[], str | None]) -> None:
        self.node = node
        self.varies = varies
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """Say what was said before, or ask."""
        varying = self.varies()
        said = self.said.get(varying)
        if said is None:
            said = self.said[varying] = self.node.render(context)
        return said


def is_constant(text: FilterExpression) -> bool:
    """Tell a text written in the template from what depends on the page."""
    return not text.filters and getattr(text.var, "literal", text.var) is not None
