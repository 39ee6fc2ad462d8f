"""Lets the tests run on several cores: a file's tests stay together, but for the submissions."""

from __future__ import annotations

import pytest

#: Files whose tests share nothing and are many, so that any worker may take any of them.
SPREAD = ("test_submissions.py",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.name not in SPREAD:
            # one course, one browser, one class: what is costly to set up is set up once
            package = item.path.parent.name
            group = package if package in ("nbgrader", "simulator") else str(item.path)
            item.add_marker(pytest.mark.xdist_group(group))
