"""A module's mutants: each with one comparison, boundary, condition, constant, sum, return or statement
changed."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SELECTED = {"is_": "is_not", "is_not": "is_", "in_": "not_in", "not_in": "in_", "and_": "or_", "or_": "and_",
            "min": "max", "max": "min", "any": "all", "all": "any", "asc": "desc", "desc": "asc"}  # fmt: skip
"""Conditions and orders of SQL, and functions that are each other's opposite."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`line` is where it differs, `before` and `after` what stands there; `tree` is the whole module."""

    line: int
    before: str
    after: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.line}: {self.before} -> {self.after}"


def mutants(source: str) -> Iterator[Mutant]:
    """All of them, from the top."""
    tree = ast.parse(source)
    for place, node in enumerate(_nodes(tree)):
        for after in _changed(node):
            made = copy.deepcopy(tree)
            _put(made, place, after)
            shown = "nothing" if isinstance(after, ast.Pass) else _shown(after)
            yield Mutant(node.lineno, _shown(node), shown, ast.fix_missing_locations(made))


def _shown(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:90]


def _nodes(tree: ast.Module) -> list[ast.expr | ast.stmt]:
    """What may be changed: no annotations, no docstrings, no log lines, no words of an error, no `strict`."""
    found: list[ast.expr | ast.stmt] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.expr | ast.stmt):
            found.append(node)
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "type_params", "decorator_list"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                declared = _is_model(node) and not isinstance(child, ast.FunctionDef)
                if isinstance(child, ast.AST) and not _is_silent(child) and not declared:
                    visit(child)
        if isinstance(node, ast.Raise):
            found[:] = [one for one in found if not _is_text(one) or one.lineno < node.lineno]

    visit(tree)
    return found


def _is_silent(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and _is_type(node.targets[0].id)
    ):
        return True
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return True
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "TypeVar":
        return True
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    return isinstance(value, ast.Constant) or ast.unparse(value).startswith("log.")


def _is_model(node: ast.AST) -> bool:
    """A class whose fields another library turns into code while it is made."""
    return isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "BaseModel" for base in node.bases)


def _is_type(name: str) -> bool:
    """``AnchorKind``, and not ``MOST_A_DAY`` or ``_due``."""
    return name[:1].isupper() and not name.isupper() and "_" not in name


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _changed(node: ast.expr | ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.Compare):
        for at, one in enumerate(node.ops):
            for other in COMPARED[type(one)]:
                yield ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    ):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
        yield ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Attribute) and node.attr in SELECTED:
        yield ast.Attribute(node.value, SELECTED[node.attr], node.ctx)
    elif isinstance(node, ast.Name) and node.id in SELECTED and isinstance(node.ctx, ast.Load):
        yield ast.Name(SELECTED[node.id], node.ctx)
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    else:
        yield from _statements(node)


def _constants(node: ast.Constant) -> Iterator[ast.expr]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str):
        yield ast.Constant(f"{node.value}x")


def _statements(node: ast.expr | ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.If | ast.While) and not isinstance(node.test, ast.Compare | ast.BoolOp):
        changed = copy.deepcopy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield changed
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr | ast.AugAssign | ast.Raise | ast.Continue | ast.Break | ast.Delete):
        yield ast.Pass()
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        for at, one in enumerate(node.generators):
            if one.ifs:
                changed_one = copy.deepcopy(node)
                changed_one.generators[at].ifs = []
                yield changed_one


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _put(tree: ast.Module, place: int, after: ast.expr | ast.stmt) -> None:
    """Put `after` where the tree's node of that number stands."""
    wanted = _nodes(tree)[place]
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is wanted:
                setattr(parent, name, after)
                return
            if isinstance(value, list) and any(one is wanted for one in value):
                value[next(at for at, one in enumerate(value) if one is wanted)] = after
                return
