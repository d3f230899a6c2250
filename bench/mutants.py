"""Makes mutants of functions by mutmut's operators, and puts one in the place of the function that runs."""

# mutmut and libcst live in an environment of their own, where nobody runs mypy.
# mypy: ignore-errors
from __future__ import annotations

import difflib
import gc
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

SENTENCE = re.compile(r"\w \w|^f?\"[A-Z][a-z]+\"$")
"""Words for people, a sentence or one word with a capital: which ones they are is nobody's contract."""
CODEC = m.Call(
    func=m.Attribute(attr=m.Name("encode") | m.Name("decode")), args=[m.Arg(value=m.SimpleString()), m.ZeroOrMore()]
)
"""A call whose first argument names a codec. Python knows codecs in any case: "ASCII" is "ascii"."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One function with one thing changed; `before` and `after` are its text without decorators."""

    name: str
    path: str
    function: str
    before: str
    after: str

    def difference(self) -> str:
        """Show what was changed."""
        lines = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), lineterm="", n=1)
        return "\n".join(list(lines)[2:])


class Everywhere(MutationVisitor):
    """mutmut's visitor, which also looks into decorated functions, and leaves log lines and sentences alone."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Call) and _name_of(node.func).startswith("log."):
            return True
        if isinstance(node, (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString)):
            return bool(SENTENCE.search(cst.Module([]).code_for_node(node))) and not _is_statement(node)
        if isinstance(node, cst.FunctionDef) and node.decorators:
            return False
        return bool(super()._skip_node_and_children(node))


def _name_of(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _is_statement(node: cst.CSTNode) -> bool:
    return "SELECT" in cst.Module([]).code_for_node(node)


def mutants_of(sources: Iterable[Path]) -> list[Mutant]:
    """Make all mutants of all functions in these files."""
    return [mutant for source in sources for mutant in _in_file(source)]


def _in_file(source: Path) -> Iterator[Mutant]:
    wrapper = MetadataWrapper(cst.parse_module(source.read_text("utf-8")))
    visitor = Everywhere(mutation_operators, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(visitor)
    names = dict(_functions(module.body))
    codecs = {call.args[0].value for call in m.findall(module, CODEC)}
    for number, mutation in enumerate(visitor.mutations):
        whole = mutation.contained_by_top_level_function
        if not isinstance(whole, cst.FunctionDef) or whole not in names:
            continue
        if mutation.original_node in codecs and _is_same_in_any_case(mutation.original_node, mutation.mutated_node):
            continue
        changed = whole.deep_replace(mutation.original_node, mutation.mutated_node)
        before, after = _text(whole), _text(changed)
        if before != after:
            name = f"{source.parent.name}.{source.stem}.{names[whole]}:{number}"
            yield Mutant(name=name, path=str(source), function=names[whole], before=before, after=after)


def _is_same_in_any_case(one: cst.CSTNode, other: cst.CSTNode) -> bool:
    return _name_of(one).lower() == _name_of(other).lower()


def _functions(body: Sequence[cst.CSTNode], prefix: str = "") -> Iterator[tuple[cst.FunctionDef, str]]:
    for each in body:
        if isinstance(each, cst.FunctionDef):
            yield each, f"{prefix}{each.name.value}"
        elif isinstance(each, cst.ClassDef):
            yield from _functions(each.body.body, f"{prefix}{each.name.value}.")


def _text(function: Any) -> str:
    bare = function.with_changes(decorators=(), leading_lines=())
    return textwrap.dedent(cst.Module([]).code_for_node(bare))


def functions_of(sources: Iterable[Path]) -> dict[tuple[str, str], list[FunctionType]]:
    """Find the functions that run now, below their decorators, by file and name."""
    paths = {str(source) for source in sources}
    found: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
    gc.unfreeze()  # what the pages' module has frozen would not be listed
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename in paths:
            found[(each.__code__.co_filename, each.__code__.co_qualname)].append(each)
    return dict(found)


def put_in_place(mutant: Mutant) -> bool:
    """Let the mutant run instead of the function. False when it cannot even be defined: then it would never have run."""
    live = functions_of([Path(mutant.path)]).get((mutant.path, mutant.function), [])
    if not live:
        return True
    scope = dict(vars(sys.modules[live[0].__module__]))
    try:
        exec(f"from __future__ import annotations\n{mutant.after}", scope)
    except Exception:  # noqa: BLE001 - whatever keeps it from being defined
        return False
    made = scope[mutant.function.rpartition(".")[2]]
    for each in live:
        each.__code__, each.__defaults__, each.__kwdefaults__ = made.__code__, made.__defaults__, made.__kwdefaults__
    return True
