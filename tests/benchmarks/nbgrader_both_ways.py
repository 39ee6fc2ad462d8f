"""Every exercise's notebook with right answers, graded in the box and by nbgrader alone.

Prints both scores; ends with status 1 if any is not full. Takes a minute or so an exercise.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from nbgrader.api import Gradebook

from exercises.catalog import catalog
from graders.notebooks.course import is_ready, write_course
from tests.nbgrader.course import STOCK, answered, nbgrader, submit


def main() -> None:
    names = sys.argv[1:] or [each.name for each in catalog().values() if is_ready(each)]
    lacking = False
    with tempfile.TemporaryDirectory() as folder:
        for way in ("boxed", "stock"):
            course = Path(folder, way)
            needed = {use for name in names for use in catalog()[name].uses} | set(names)
            write_course(course, sorted(needed))
            if way == "stock":
                (course / "nbgrader_config.py").write_text(STOCK, encoding="utf-8")
            for name in sorted(needed):
                nbgrader(course, "generate_assignment", name, check=True)
                submit(course, "ada", answered(course, name), name)
            # a project imports the earlier exercises, which come first in the catalog
            for name in sorted(needed, key=list(catalog()).index):
                nbgrader(course, "autograde", name, check=True)
                with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
                    notebook = gradebook.find_submission_notebook(name, name, "ada")
                    lost = [
                        f"{grade.name} {grade.auto_score:g}/{grade.max_score:g}"
                        for grade in notebook.grades
                        if grade.name.startswith("check_") and grade.auto_score != grade.max_score
                    ]
                    print(f"{way}  {name:32}{notebook.score:5g}  {', '.join(lost) or 'full'}")
                sys.stdout.flush()
                lacking |= bool(lost)
    raise SystemExit(lacking)


if __name__ == "__main__":
    main()
