"""scikit-learn's Ridge on standardised powers; alpha = n * lam."""
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler


class Simulation(NamedTuple):
    degrees: list
    lambdas: list
    train_mse: np.ndarray
    test_mse: np.ndarray
    best_degree: int
    best_lambda: float


def simulate(degrees, lambdas, *, n_train=15, noise_std=0.3, rng):
    if not len(degrees):
        raise ValueError("degrees must not be empty")
    if not len(lambdas):
        raise ValueError("lambdas must not be empty")
    for d in degrees:
        if d < 0:
            raise ValueError(f"degree {d} is negative")
    for lam in lambdas:
        if not np.isfinite(lam) or lam < 0:
            raise ValueError(f"lam = {lam} is not a strength")
    if n_train < 1:
        raise ValueError("n_train < 1")
    f = lambda x: 1 / (1 + 25 * x**2)
    x = np.linspace(-1, 1, n_train)[:, None]
    y = f(x[:, 0]) + rng.normal(scale=noise_std, size=n_train)
    x_test = rng.uniform(-1, 1, (400, 1))
    y_test = f(x_test[:, 0]) + rng.normal(scale=noise_std, size=400)
    train = np.full((len(degrees), len(lambdas)), np.nan)
    test = train.copy()
    for i, d in enumerate(degrees):
        for j, lam in enumerate(lambdas):
            model = LinearRegression() if lam == 0 else Ridge(alpha=lam * n_train, solver="svd")
            steps = make_pipeline(PolynomialFeatures(int(d)), StandardScaler(), model)
            steps.fit(x, y)
            train[i, j] = mean_squared_error(y, steps.predict(x))
            test[i, j] = mean_squared_error(y_test, steps.predict(x_test))
    i, j = np.argwhere(test == test.min())[0]
    return Simulation(list(degrees), list(lambdas), train, test, degrees[i], lambdas[j])
