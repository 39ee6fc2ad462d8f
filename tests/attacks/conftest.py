"""The arena of the attacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graders.sandbox import close_all
from tests.attacks.harness import Arena


@pytest.fixture(scope="session")
def _own_zygotes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.TempPathFactory]:
    """Zygotes whose scratch directories lie where nobody else's do."""
    close_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("attacks")))
        yield tmp_path_factory
        close_all()


@pytest.fixture
def arena(_own_zygotes: pytest.TempPathFactory) -> Iterator[Arena]:
    import tempfile
    from pathlib import Path

    arena = Arena(Path(tempfile.gettempdir()))
    yield arena
    arena.close()
