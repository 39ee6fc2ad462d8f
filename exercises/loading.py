"""Imports a learner's module, with the exercises that it builds on importable by bare name."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from exercises.catalog import find


def load(name: str) -> ModuleType:
    """The learner's module for an exercise; whatever it raises on import passes through."""
    exercise = find(name)
    for other in exercise.uses:
        folder = str(find(other).folder)
        if folder not in sys.path:
            sys.path.append(folder)
    spec = importlib.util.spec_from_file_location(name, exercise.stub)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
