"""Collects files into a folder or a zip that comes out the same whenever the kit is the same."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from graders.mistakes import Mistake

ROOT = Path(__file__).parent.parent
_LEFT_OUT = ("__pycache__", ".pytest_cache", ".hypothesis", "my_figure.png", ".DS_Store")


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Path from the kit's root and bytes of every file of the kit under `folder`."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(ROOT).parts
        is_kept = not any(part in _LEFT_OUT or part.startswith(".") for part in parts)
        # `penaltybox reset` keeps a learner's work as NAME.py.1
        if path.is_file() and is_kept and path.suffix != ".pyc" and not path.suffix[1:].isdigit():
            yield "/".join(parts), path.read_bytes()


def write(files: Mapping[str, bytes], out: Path) -> None:
    """Write the files to a new folder, or to a zip if `out` ends in .zip.

    Scripts are executable: what has a `#!` line.

    Raises
    ------
    Mistake : `out` is a folder that holds something already, or cannot be written.
    """
    try:
        if out.suffix == ".zip":
            out.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in sorted(files.items()):
                    entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    entry.external_attr = (0o100000 | _mode(content)) << 16
                    archive.writestr(entry, content)
            return
        need_new(out)
        for name, content in files.items():
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(_mode(content))
    except OSError as error:
        raise Mistake(f"{out} cannot be written: {error.strerror}.") from None


def need_new(out: Path) -> None:
    """Raise Mistake unless `out` is a zip to be written, an empty folder or nothing yet."""
    if out.suffix != ".zip" and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Mistake(f"{out} is there already; name a new folder.")


def _mode(content: bytes) -> int:
    return 0o755 if content.startswith(b"#!") else 0o644
