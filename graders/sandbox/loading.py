"""Loads a submission from bytes: nothing of it is ever written to a disk or found on `sys.path`."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import sys
import traceback
import types
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from graders.sandbox.wire import MAX_TEXT

ENTRY = "submission"


def module_name(path: str) -> str:
    """ "helpers/linear.py" is the module "helpers.linear", "helpers/__init__.py" is "helpers"."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class SiblingFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the submission's own files, after everything else: they shadow nothing."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._paths = {module_name(path): path for path in files if path.endswith(".py")}
        self._files = files
        self._folders = {
            ".".join(parts[:depth])
            for parts in (name.split(".") for name in self._paths)
            for depth in range(1, len(parts))
        }

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        folder = fullname in self._folders
        if fullname not in self._paths and not folder:
            return None
        return importlib.util.spec_from_loader(
            fullname, self, origin=self._paths.get(fullname), is_package=folder
        )

    def exec_module(self, module: types.ModuleType) -> None:
        path = self._paths.get(module.__name__)
        if path is not None:
            module.__file__ = path
            exec(compile(self._files[path], path, "exec", dont_inherit=True), module.__dict__)

    def get_source(self, fullname: str) -> str:
        return _decoded(self._files[self._paths[fullname]])


def _decoded(source: bytes) -> str:
    try:
        return importlib.util.decode_source(source)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        return source.decode("utf-8", "replace")


def load(files: Mapping[str, bytes], entry: str) -> types.ModuleType:
    """Run `entry` as the module `submission`, which also goes by the name of its file."""
    for path, source in files.items():
        text = _decoded(source)
        lines = text.splitlines(keepends=True)
        linecache.cache[path] = (len(text), None, lines, path)
    finder = SiblingFinder(files)
    sys.meta_path.append(finder)
    module = types.ModuleType(ENTRY)
    module.__file__ = entry
    module.__loader__ = finder
    sys.modules[ENTRY] = module
    own = module_name(entry)
    if importlib.util.find_spec(own.partition(".")[0]) is not None:
        known = importlib.util.find_spec(own)
        if known is not None and known.loader is finder:
            sys.modules[own] = module
    exec(compile(files[entry], entry, "exec", dont_inherit=True), module.__dict__)
    return module


def learner_traceback(error: BaseException, files: Mapping[str, bytes]) -> str:
    """The traceback as Python prints it, without the lines of any file but the learner's."""
    report = traceback.TracebackException.from_exception(error, limit=-50)
    seen: set[int] = set()
    pending: list[traceback.TracebackException | None] = [report]
    while pending:
        part = pending.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        kept = [frame for frame in part.stack if frame.filename in files]
        part.stack = traceback.StackSummary.from_list(kept)
        pending += [part.__cause__, part.__context__, *(part.exceptions or ())]
    return "".join(report.format())[-MAX_TEXT:]
