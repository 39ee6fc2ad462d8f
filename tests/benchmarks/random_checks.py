"""Asks the statistical checks of random functions again and again, with fresh seeds.

A grading always asks the same examples, which says nothing about how often chance alone would
fail a right solution. Here the references answer as many seeds as are asked for, and the number
of rejections is printed: it should be 0, since each bound has a tail of 1e-9.

    python tests/benchmarks/random_checks.py [repetitions]
"""

from __future__ import annotations

import importlib
import secrets
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from exercises.checking import Call, Facts, Failure
from graders.checks import strategies

CHECKS = {
    "dropout": (
        "rate",
        "elements_are_independent",
        "count_varies",
        "generator_decides",
        "network_with_dropout",
        "every_layer_draws_its_own_mask",
    ),
    "augmentation": (
        "noise_fits_each_column",
        "noise_of_few_rows",
        "noise_is_independent",
        "noise_on_any_numbers",
        "flip_rate",
        "crop_offsets_are_uniform",
        "crop_default",
        "angles_are_uniform",
        "jitter",
        "factors_are_uniform",
        "large_factors",
        "training_blocks",
        "generator_decides",
    ),
    "trees": ("subsample_draws_rows", "subsample_is_uniform"),
    "cv_lambda": ("shuffled_folds", "shuffle_is_uniform"),
    "bias_variance": ("noise_is_normal", "noise_is_fresh"),
}


class Answers:
    """The reference's functions under the interface of a submission, in this process."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self.calls: list[Call] = []
        self.last = Facts()
        self.examples = 0

    def begin_example(self) -> None:
        """Count the examples that were asked."""
        self.examples += 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def main(repetitions: int) -> int:
    rejected = 0
    # both before the checks are imported; Hypothesis itself always begins with the seed 0
    strategies.SAME_EXAMPLES = False
    strategies.seeds = st.builds(lambda: secrets.randbelow(2**32))
    for exercise, names in CHECKS.items():
        reference = Answers(importlib.import_module(f"reference.{exercise}"))
        checks = importlib.import_module(f"graders.checks.test_{exercise}")
        for name in names:
            check = getattr(checks, f"test_{name}")
            start, failures = time.perf_counter(), 0
            reference.examples = 0
            while reference.examples < repetitions:
                try:
                    check(reference)
                except Failure as failure:
                    failures += 1
                    print(f"  {failure.message}")
            seconds = time.perf_counter() - start
            asked = f"{failures} rejected, {reference.examples} asked"
            print(f"{exercise} {name}: {asked}, {seconds:.0f} s", flush=True)
            rejected += failures
    print(f"{rejected} rejections in all")
    return rejected


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100) > 0)
