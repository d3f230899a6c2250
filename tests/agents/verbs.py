"""Every verb that the code can write into the ledger, read from the source: so that no sentence for people is forgotten."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    *("agents", "api", "audit", "channels_email", "channels_social", "citizens", "citizenservice", "enquiries"),
    *("practice", "worklist"),
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


class UnknownShape(Exception):
    """A verb is made in a way that cannot be read here: write it plainly, or teach this module."""


def recorded() -> set[str]:
    """Read all verbs that are given to `audit.ledger.record`, straight or through a function of the module's own."""
    found: set[str] = set()
    for path in _modules():
        for call, function in _calls(path, "record"):
            verb = next((word.value for word in call.keywords if word.arg == "verb"), None)
            if verb is not None:
                found |= _read(verb, path, function)
    return found


def _read(verb: ast.expr, path: Path, function: Function | None) -> set[str]:
    match verb:
        case ast.Constant(value=str(words)):
            return {words}
        case ast.IfExp(body=body, orelse=other):
            return _read(body, path, function) | _read(other, path, function)
        case ast.JoinedStr(values=[ast.Constant(value=str(room)), ast.FormattedValue(value=what)]):
            return {f"{room}{rest}" for rest in _read(what, path, function)}
        case ast.Subscript(value=ast.Name(id=name)):
            return _strings(path, name)
        case ast.Name(id=name):
            chosen = _chosen_in(function, name)
            if chosen is not None:
                return _read(chosen, path, function)
            place = _place(function, name)
            return _strings(path, name) if place is None or function is None else _handed_in(path, function, place)
    raise UnknownShape(f"{path}:{verb.lineno}")


def _chosen_in(function: Function | None, name: str) -> ast.expr | None:
    """What a function gives a name of its own."""
    for line in ast.walk(function) if function else ():
        if isinstance(line, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in line.targets):
            return line.value
    return None


def _place(function: Function | None, name: str) -> int | None:
    names = [one.arg for one in function.args.args] if function else []
    return names.index(name) if name in names else None


def _handed_in(path: Path, function: Function, place: int) -> set[str]:
    """Read what a function gets as its verb, wherever it is called."""
    name = function.name
    where = [path, *(one for one in _modules() if one != path and _takes(one, name, path))]
    calls = [(one, call, around) for one in where for call, around in _calls(one, name)]
    if not calls:
        raise UnknownShape(f"{path}: nobody calls {name}")
    return set().union(*(_read(call.args[place], one, around) for one, call, around in calls))


def _takes(path: Path, name: str, source: Path) -> bool:
    """Whether a module imports a name from another one, straight or through the package around it."""
    home = ".".join(source.relative_to(ROOT).with_suffix("").parts)
    return any(
        any(one.name == name for one in line.names) and line.module in (home, home.rpartition(".")[0])
        for line in _imports(path)
    )


def _strings(path: Path, name: str) -> set[str]:
    """Read the verbs that a constant of a module holds."""
    for line in _tree(path).body:
        if isinstance(line, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == name for target in line.targets for one in ast.walk(target)
        ):
            texts = [one.value for one in ast.walk(line.value) if isinstance(one, ast.Constant)]
            return {text for text in texts if isinstance(text, str) and "." in text}
    raise UnknownShape(f"{path}: {name}")


def _calls(path: Path, name: str) -> list[tuple[ast.Call, Function | None]]:
    """Give the calls of a function in a module, each with the function around it."""
    return _all_calls(path).get(name, [])


@cache
def _all_calls(path: Path) -> dict[str, list[tuple[ast.Call, Function | None]]]:
    around: dict[ast.AST, Function] = {}
    found: dict[str, list[tuple[ast.Call, Function | None]]] = {}
    for node in ast.walk(_tree(path)):
        if isinstance(node, Function):
            around.update(dict.fromkeys(ast.walk(node), node))
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.setdefault(node.func.id, []).append((node, around.get(node)))
    return found


@cache
def _imports(path: Path) -> list[ast.ImportFrom]:
    return [line for line in ast.walk(_tree(path)) if isinstance(line, ast.ImportFrom)]


@cache
def _modules() -> list[Path]:
    found = [path for part in PARTS for path in sorted((ROOT / part).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())
