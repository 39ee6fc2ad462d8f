"""Makes the learner's bundle: the exercises alone, with what they need to run."""

from __future__ import annotations

import tomllib
from pathlib import Path

from exercises.catalog import HERE, catalog
from graders import bundles
from graders.mistakes import Mistake
from graders.stubs import stub

README = """\
# Exercises on regularization

Python 3.11 or newer is needed.

    python -m venv .venv
    . .venv/bin/activate          # on Windows: .venv\\Scripts\\activate
    pip install -r requirements.txt

Open `exercises/{first}/README.md`, write the functions in `exercises/{first}/{first}.py`, and check
them with

    pytest exercises/{first}

| exercise | about |
|---|---|
{rows}

Exercises marked with * use PyTorch: `pip install -r requirements-torch.txt`.
"""


def release(out: Path) -> None:
    """Write the bundle to the folder or zip `out`.

    The stubs are cut from the references anew, so that work in the exercise files of this copy
    stays here.

    Raises
    ------
    Mistake : an exercise is incomplete, or `out` cannot be written.
    """
    bundles.need_new(out)
    files = dict(bundles.files_below(HERE))
    for name, exercise in catalog().items():
        reference = bundles.ROOT / "reference" / f"{name}.py"
        place = f"exercises/{name}/{name}.py"
        if not reference.exists() or not exercise.self_check.exists():
            raise Mistake(
                f"exercises/{name} is incomplete; `penaltybox dev check` says what lacks."
            )
        files[place] = stub(reference.read_text("utf-8")).encode()
    files |= _surroundings()
    bundles.write(files, out)


def _surroundings() -> dict[str, bytes]:
    kit = tomllib.loads((bundles.ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = ("numpy", "scipy", "scikit-learn", "matplotlib", "pytest", "hypothesis")
    needs = [line for line in kit["project"]["dependencies"] if line.startswith(wanted)]
    torch = kit["project"]["optional-dependencies"]["torch"]
    options = kit["tool"]["pytest"]["ini_options"]
    settings = "\n".join(f"{name} = {options[name]!r}" for name in ("addopts", "markers"))
    rows = "\n".join(
        f"| `{name}`{' *' if exercise.torch else ''} | {exercise.title} |"
        for name, exercise in catalog().items()
    )
    readme = README.format(first=next(iter(catalog())), rows=rows)
    texts = {
        "README.md": readme,
        "requirements.txt": "\n".join(needs) + "\n",
        "requirements-torch.txt": "\n".join(["-r requirements.txt", *torch]) + "\n",
        "pyproject.toml": f'[tool.pytest.ini_options]\npythonpath = ["."]\n{settings}\n',
        "LICENSE": (bundles.ROOT / "LICENSE").read_text("utf-8"),
    }
    return {name: text.encode() for name, text in texts.items()}
