"""What right solutions may want to use works inside the box, and is quiet there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from graders.sandbox import Preload, Session

SOURCE = b"""
import numpy as np

def threads():
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(8) as pool: return sum(pool.map(lambda x: x * x, range(50)))
def threadpoolctl():
    import threadpoolctl
    with threadpoolctl.threadpool_limits(1):
        return [pool["num_threads"] for pool in threadpoolctl.threadpool_info()]
def files():
    import os, shutil, tempfile
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.npy")
        np.save(path, np.ones(3)); shutil.copyfile(path, "copy.npy"); os.replace(path, "here.npy")
        np.savez("all.npz", x=1)
    with tempfile.NamedTemporaryFile() as f, tempfile.TemporaryFile() as g:
        f.write(b"x"); g.write(b"x")
    return sorted(os.listdir(".")), float(np.load("here.npy").sum()), np.load("copy.npy", "r").shape
def standard():
    import asyncio, dataclasses, datetime, importlib.metadata, logging, platform, sqlite3, uuid
    assert sqlite3.connect(":memory:").execute("select 1").fetchone() == (1,)
    uuid.uuid4(), datetime.datetime.now(), platform.platform(), logging.getLogger().info("x")
    return importlib.metadata.version("numpy")
def figure():
    import matplotlib.pyplot as plt
    plt.plot([1, 2]); plt.savefig("a.png")
    import os
    return os.path.getsize("a.png") > 1000
def LassoCV(X, y):
    from sklearn.linear_model import LassoCV
    return LassoCV(cv=3).fit(X, y).coef_
def GradientBoostingRegressor(X, y):
    from sklearn.ensemble import GradientBoostingRegressor
    return GradientBoostingRegressor(random_state=0, n_estimators=20).fit(X, y).predict(X)
def RandomForestRegressor(X, y):
    from sklearn.ensemble import RandomForestRegressor
    return RandomForestRegressor(10, n_jobs=2, random_state=0).fit(X, y).predict(X)
def LogisticRegression(X, y):
    from sklearn.linear_model import LogisticRegression
    return LogisticRegression().fit(X, y > 0).coef_
def KMeans(X, y):
    from sklearn.cluster import KMeans
    return KMeans(2, random_state=0, n_init=1).fit(X).cluster_centers_
def pipeline(X, y):
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    pipe = make_pipeline(StandardScaler(), Ridge())
    GridSearchCV(pipe, {"ridge__alpha": [1, 2]}, cv=3, n_jobs=-1).fit(X, y)
    return cross_val_score(pipe, X, y, cv=3)
def optimize(X, y):
    import scipy.optimize as so
    so.linprog([1, 2], A_ub=[[-1, -1]], b_ub=[-1])
    return so.minimize(lambda w: ((X @ w - y) ** 2).sum(), np.zeros(X.shape[1])).x
def sparse(X, y):
    import scipy.sparse as sp, scipy.sparse.linalg as spl
    return spl.lsqr(sp.csr_matrix(X), y)[0], spl.svds(sp.csr_matrix(X), k=2)[1]
def ndimage(X, y):
    from scipy import ndimage
    return ndimage.rotate(X, 10, reshape=False, order=1)
"""
X = np.random.default_rng(0).normal(size=(60, 4))
Y = X @ np.array([1.0, 0.0, -2.0, 0.5])
MODELS = ("LassoCV", "GradientBoostingRegressor", "RandomForestRegressor", "LogisticRegression")
FITS = (*MODELS, "KMeans", "pipeline", "optimize", "sparse", "ndimage")


@pytest.fixture(scope="module", params=["numpy", "scipy"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    preload: Preload = request.param
    with Session({"m.py": SOURCE}, "m.py", preload=preload) as session:
        yield session


def quiet(session: Session) -> bool:
    return not session.last.warnings and not session.output and not session.incidents


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("threads", sum(x * x for x in range(50))),
        ("files", (["all.npz", "copy.npy", "here.npy"], 3.0, (3,))),
        ("standard", np.__version__),
    ],
)
def test_the_standard_library_works(session: Session, function: str, expected: Any) -> None:
    session.close()
    assert session.call(function) == expected
    assert quiet(session)


def test_pools_have_one_thread(session: Session) -> None:
    assert set(session.call("threadpoolctl")) == {1}
    assert quiet(session)


def test_a_figure_can_be_saved(session: Session) -> None:
    assert session.call("figure") is True


@pytest.mark.parametrize("function", FITS)
def test_scientific_libraries_work(session: Session, function: str) -> None:
    result = session.call(function, X, Y)
    arrays = result if isinstance(result, tuple) else (result,)
    assert all(np.isfinite(array).all() for array in arrays)
    assert quiet(session)
    assert session.last.mutated == ()
