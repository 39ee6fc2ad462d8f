"""Counts how often a right solution is rejected when every check draws fresh random examples.

    python tests/benchmarks/random_checks.py 200 dropout augmentation

The references run in this process, without the box, so that thousands of repetitions take
minutes. The first argument is the number of repetitions of each check.
"""

from __future__ import annotations

import importlib
import sys

import hypothesis

from exercises.catalog import catalog
from exercises.conftest import LocalSubmission
from graders.checks import strategies


class ReferenceSubmission(LocalSubmission):
    """The reference under the interface of a submission."""

    def _load(self):
        for other in self._exercise.uses:  # a project's reference imports them by bare name
            sys.modules.setdefault(other, importlib.import_module(f"reference.{other}"))
        return importlib.import_module(f"reference.{self._exercise.name}")

    def begin_example(self) -> None:
        self.calls.clear()


def main(repetitions: int, names: list[str]) -> None:
    strategies.SAME_EXAMPLES = False
    total = rejected = 0
    for name in names:
        module = importlib.import_module(f"graders.checks.test_{name}")
        submission = ReferenceSubmission(catalog()[name])
        tests = [test for key, test in vars(module).items() if key.startswith("test_")]
        random = [test for test in tests if hasattr(test, "hypothesis")]
        before = total
        for turn in range(repetitions):
            for test in random:
                total += 1
                submission.begin_example()
                try:
                    hypothesis.seed(turn)(test)(submission=submission)
                except Exception as error:
                    rejected += 1
                    print(f"  {name}, {test.__name__}, seed {turn}: {error}", flush=True)
        print(
            f"{name}: {len(random)} random checks of {len(tests)}, "
            f"{total - before} repetitions", flush=True
        )
    print(f"{total} repetitions with fresh seeds, {rejected} right answers rejected")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, sys.argv[2:] or list(catalog()))
