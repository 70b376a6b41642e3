"""Puts a mutant in the place of an imported module, wherever its names have gone."""

from __future__ import annotations

import ast
import inspect
import sys
from types import FunctionType, ModuleType
from typing import Any


def plant(module: ModuleType, tree: ast.Module) -> None:
    """Functions keep their identity and get the mutant's code; what else differs is replaced in each module
    that took it by name."""
    changed = ModuleType(module.__name__)
    file = str(getattr(module, "__file__", "mutant"))
    changed.__file__ = file
    source = compile(tree, file, "exec")
    before = sys.modules[module.__name__]
    sys.modules[module.__name__] = changed  # dataclasses look their module up
    try:
        exec(source, vars(changed))
    finally:
        sys.modules[module.__name__] = before
    for name, new in vars(changed).items():
        old = vars(module).get(name)
        if name.startswith("__") or old is None or _is_foreign(new, module):
            continue
        if isinstance(old, type) and isinstance(new, type):
            _plant_class(old, new)
        elif isinstance(_inner(old), FunctionType):
            _plant_function(_inner(old), _inner(new))
        elif _differs(old, new):
            _replace(old, new, name)


def _is_foreign(value: object, module: ModuleType) -> bool:
    """A function or class that the module only imports."""
    return callable(value) and getattr(value, "__module__", module.__name__) != module.__name__


def _inner(value: Any) -> Any:
    return inspect.unwrap(value) if callable(value) and not isinstance(value, type) else value


def _plant_class(old: type, new: type) -> None:
    for name, value in vars(new).items():
        before = vars(old).get(name)
        pairs = [(before, value)]
        if isinstance(value, property) and isinstance(before, property):
            pairs = [(before.fget, value.fget)]
        for one, other in pairs:
            if isinstance(_inner(one), FunctionType) and isinstance(_inner(other), FunctionType):
                _plant_function(_inner(one), _inner(other))


def _plant_function(old: FunctionType, new: FunctionType) -> None:
    if len(old.__code__.co_freevars) == len(new.__code__.co_freevars):
        old.__code__, old.__defaults__, old.__kwdefaults__ = (
            new.__code__,
            new.__defaults__,
            new.__kwdefaults__,
        )


def _differs(old: object, new: object) -> bool:
    try:
        return repr(old) != repr(new) if not hasattr(old, "compile") else str(old) != str(new)
    except Exception:
        return True


def _replace(old: object, new: object, name: str) -> None:
    for other in list(sys.modules.values()):
        if isinstance(other, ModuleType) and vars(other).get(name) is old:
            setattr(other, name, new)
