"""The kernel with one check taken away: parsed, changed, and loaded under a name of its own."""

import ast
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import exactmargin.kernel

FOLDER = Path(exactmargin.kernel.__file__).parent
# A check whose code is an argument of the function around it, by the name of that function.
SHARED_CODE = "margins_at_least_one"


@cache
def source(name: str) -> str:
    """The text of one module of the kernel."""
    return (FOLDER / f"{name}.py").read_text()


@cache
def reading_order() -> tuple[str, ...]:
    """The modules, each after those that it imports."""
    imports: dict[str, set[str]] = {}
    for path in sorted(FOLDER.glob("*.py")):
        if path.stem not in ("__init__", "__main__"):
            nodes = [
                n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.ImportFrom)
            ]
            imports[path.stem] = {n.module for n in nodes if n.level and n.module}
    order: list[str] = []
    while len(order) < len(imports):
        order += [name for name in imports if name not in order and imports[name] <= set(order)]
    return tuple(order)


def _call(statement: ast.AST) -> ast.Call | None:
    """The call that refuses: ``need(...)``, ``form(...)`` or ``raise Malformed(...)``."""
    found = None
    if isinstance(statement, ast.Expr):
        found = statement.value
    elif isinstance(statement, ast.Raise):
        found = statement.exc
    if not isinstance(found, ast.Call) or not isinstance(found.func, ast.Name):
        return None
    wanted = ("need", "form") if isinstance(statement, ast.Expr) else ("Malformed",)
    return found if found.func.id in wanted else None


def _code(call: ast.Call) -> str | None:
    """The code of a refusal, if it is a literal."""
    assert isinstance(call.func, ast.Name)
    argument = call.args[0 if call.func.id == "Malformed" else 1]
    return argument.value if isinstance(argument, ast.Constant) else None


@cache
def checks() -> tuple[tuple[str, str, str], ...]:
    """(code, ``need`` or ``form``, module) of every check, in the order of the text."""
    found = []
    for module in reading_order():
        for node in ast.walk(ast.parse(source(module))):
            call = _call(node)
            if call is not None and module != "outcome":
                kind = "need" if getattr(call.func, "id", "") == "need" else "form"
                if (code := _code(call)) is not None:
                    found.append((code, kind, module))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == SHARED_CODE:
                assert isinstance(node.args[2], ast.Constant)
                found.append((node.args[2].value, "need", "feasible"))
    return tuple(found)


@cache
def _literal_codes() -> frozenset[str]:
    nodes = (node for module in reading_order() for node in ast.walk(ast.parse(source(module))))
    calls = (call for node in nodes if (call := _call(node)) is not None)
    return frozenset(code for call in calls if (code := _code(call)) is not None)


class _TakeAway(ast.NodeTransformer):
    """Replaces one check by ``pass``; in the function with a shared code, the one that is there."""

    def __init__(self, code: str):
        self.code, self.count = code if code in _literal_codes() else None, 0

    def visit(self, node: ast.AST) -> Any:
        call = _call(node)
        if call is None or _code(call) != self.code:
            return self.generic_visit(node)
        self.count += 1
        return ast.copy_location(ast.Pass(), node)


@cache
def _compiled(module: str) -> CodeType:
    return compile(source(module), f"{module}.py", "exec")


@contextmanager
def kernel_without(code: str) -> Iterator[Callable[..., Any]]:
    """``check`` of a kernel in which the check with this code is missing."""
    [module] = {m for c, _, m in checks() if c == code}
    taken = _TakeAway(code)
    tree = taken.visit(ast.parse(source(module)))
    assert taken.count == 1, code
    package = "kernel_without_" + code.replace("-", "_")
    names = [package, *(f"{package}.{m}" for m in reading_order())]
    try:
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = []
        for name in reading_order():
            loaded = ModuleType(f"{package}.{name}")
            loaded.__package__ = package
            sys.modules[loaded.__name__] = loaded
            mutated = compile(ast.fix_missing_locations(tree), f"{name}.py", "exec")
            exec(mutated if name == module else _compiled(name), loaded.__dict__)
        yield sys.modules[f"{package}.checker"].check
    finally:
        for name in names:
            sys.modules.pop(name, None)
