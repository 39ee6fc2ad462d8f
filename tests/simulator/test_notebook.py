"""The simulator's notebook, run in a real kernel over a learner's copy: sliders change the fit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from exercises.catalog import HERE
from reference.overfitting import mean_squared_error, polynomial_features
from reference.project_overfitting_simulator import true_function
from reference.ridge import predict, ridge_closed_form

PROJECT = "project_overfitting_simulator"
WRITTEN = ("overfitting", "ridge", PROJECT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The exercises as a learner has them who has written what the project needs."""
    for name in ("__init__.py", "catalog.py", "catalog.toml", "loading.py", "plotting.py"):
        (tmp_path / "exercises").mkdir(exist_ok=True)
        shutil.copy(HERE / name, tmp_path / "exercises" / name)
    shutil.copytree(HERE / PROJECT, tmp_path / "exercises" / PROJECT)
    for name in WRITTEN:
        (tmp_path / "exercises" / name).mkdir(exist_ok=True)
        solved = HERE.parent / "reference" / f"{name}.py"
        shutil.copy(solved, tmp_path / "exercises" / name / f"{name}.py")
    return tmp_path


def run(folder: Path, *more: str) -> nbformat.NotebookNode:
    """Every cell of the notebook, then the cells `more`."""
    notebook = nbformat.read(folder / "exercises" / PROJECT / "simulator.ipynb", as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in more]
    place = {"metadata": {"path": str(folder / "exercises" / PROJECT)}}  # as Jupyter starts it
    return NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()


def text_of(cell: nbformat.NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


MOVE = """
box = panel()
seen = [(box.said.value, bytes(box.picture.value))]
for name, value in (("degree", 3), ("lam", 1e-3), ("noise_std", 0.6), ("n_train", 40), ("seed", 8)):
    slider = box.sliders[name]
    slider.value = min((v for _, v in slider.options), key=lambda v: abs(v - value)) \\
        if hasattr(slider, "options") else value
    seen.append((box.said.value, bytes(box.picture.value)))
texts, pictures = zip(*seen)
assert len(set(texts)) == len(set(pictures)) == 6, texts
assert all(picture.startswith(b"\\x89PNG") for picture in pictures)
print(box.said.value)
"""


def test_sliders_change_the_curve_and_the_errors(copy: Path) -> None:
    notebook = run(copy, MOVE)
    shown = [
        output for cell in notebook.cells if "panel()" in cell.source for output in cell.outputs
    ]
    assert any(
        "application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in shown
    )
    figure = [
        output for output in notebook.cells[3].outputs if "image/png" in output.get("data", {})
    ]
    assert figure
    said = text_of(notebook.cells[-1])

    x, lam = np.linspace(-1, 1, 40), 10.0**-3
    y = true_function(x) + 0.6 * np.random.default_rng(8).normal(size=40)
    fit = ridge_closed_form(polynomial_features(x, 3), y, lam)
    train = mean_squared_error(y, predict(fit, polynomial_features(x, 3)))
    assert f"training error {train:.3g}," in said


def test_a_function_to_do_is_named(copy: Path) -> None:
    ridge = copy / "exercises" / "ridge" / "ridge.py"
    ridge.write_text(
        "def ridge_closed_form(X, y, lam):\n"
        '    raise NotImplementedError("to do: ridge_closed_form")\n'
        "predict = None\n",
        encoding="utf-8",
    )
    program = f"from exercises.{PROJECT}.panel import panel\nprint(panel().said.value)\n"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=copy, capture_output=True, text=True, check=True
    )
    assert "one of your functions is still to do: ridge_closed_form." in done.stdout
