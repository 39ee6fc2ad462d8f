import numpy as np
from sklearn.linear_model import ElasticNet, Lasso, Ridge


def compare_models(X, y, *, n_splits=5):
    X, y = np.asarray(X, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if X.ndim != 2:
        raise ValueError("X: expected two dimensions")
    if len(X) != len(y):
        raise ValueError("X, y: lengths differ")
    if not (np.isfinite(X).all()):
        raise ValueError("X: not finite")
    if not (np.isfinite(y).all()):
        raise ValueError("y: not finite")
    if n_splits < 1:
        raise ValueError("n_splits: at least one")
    n = len(y)
    bounds = np.linspace(0, n, n_splits + 1).astype(int)
    results = {}
    for a, b in zip(bounds[:-1], bounds[1:]):
        test = np.zeros(n, bool)
        test[a:b] = True
        mean, std = X[~test].mean(0), X[~test].std(0)
        constant = X[~test].max(0) == X[~test].min(0)
        std[constant] = 1
        train, left = (X[~test] - mean) / std, (X[test] - mean) / std
        train[:, constant] = 0
        top = np.abs(train.T @ (y[~test] - y[~test].mean())).max() / train.shape[0] or 1.0
        models = {"least squares": None, "elastic net": ElasticNet(0.2 * top, max_iter=50_000, random_state=0)}
        for share in (0.01, 0.1, 0.5):
            models[f"lasso at {share} of its largest"] = Lasso(share * top, max_iter=50_000, random_state=0)
        for alpha in (0.5, 5.0, 50.0):
            models[f"ridge alpha {alpha}"] = Ridge(alpha, solver="svd")
        for name, model in models.items():
            if model is None:
                coef = np.linalg.lstsq(train, y[~test] - y[~test].mean(), rcond=None)[0]
                predicted = left @ coef + y[~test].mean()
            else:
                predicted = model.fit(train, y[~test]).predict(left)
            results.setdefault(name, []).append(((predicted - y[test]) ** 2).mean())
    out = [(k, float(np.mean(v)), float(np.std(v))) for k, v in results.items()]
    return sorted(out, key=lambda t: (t[1], t[0]))
