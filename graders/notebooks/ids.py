"""What a course's notebooks and their graded cells are called, in the source and on return."""

from __future__ import annotations

#: Ids of cells, by which alone they are known again in what learners hand in.
SELF_CHECK = "self_check"
EARLIER_WORK = "earlier_work"
CHECK = "check_"
SOLUTION = "solution_"
QUESTION = "question_"

#: A notebook's metadata, in the course and in what is handed in.
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def check_id(grade_id: str) -> str | None:
    """The hidden check that a grade cell stands for."""
    return grade_id.removeprefix(CHECK) if grade_id.startswith(CHECK) else None
