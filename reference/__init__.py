"""The solutions. A project finds the exercises that it builds on by bare name, as learners do.

While `reference.project_x` is loaded, `ridge` stands for `reference.ridge`, and so on; afterwards
the bare names mean what they meant before, such as a learner's own module.
"""

from __future__ import annotations

import importlib
import re
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType


class _ProjectLoader(SourceFileLoader):
    """Loads a project with the references it imports in the place of modules of the same names."""

    def exec_module(self, module: ModuleType) -> None:
        source = Path(self.path).read_text(encoding="utf-8")
        names = [
            name
            for name in re.findall(r"^from (\w+) import", source, re.MULTILINE)
            if Path(self.path).with_name(f"{name}.py").exists()
        ]
        ours = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
        before = {name: sys.modules[name] for name in names if name in sys.modules}
        sys.modules.update(ours)
        try:
            super().exec_module(module)
        finally:
            for name in names:
                del sys.modules[name]
            sys.modules.update(before)


class _ProjectFinder(MetaPathFinder):
    """Hands the projects of this package to their loader."""

    def find_spec(
        self, fullname: str, path: object, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{__name__}.project_"):
            return None
        spec = PathFinder.find_spec(fullname, __path__, target)
        if spec is not None and spec.origin is not None:
            spec.loader = _ProjectLoader(fullname, spec.origin)
        return spec


sys.meta_path.insert(0, _ProjectFinder())
