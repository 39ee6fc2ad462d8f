"""The interactive simulator for a notebook: sliders that refit the learner's own polynomial."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np

from exercises.loading import load

MOST_TEST_POINTS_SHOWN = 200


@dataclass(frozen=True)
class Fitted:
    """One fit: data, the curve at `line`, and both errors."""

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    line: np.ndarray
    curve: np.ndarray
    truth: np.ndarray
    train_mse: float
    test_mse: float


def fit(
    modules: tuple[ModuleType, ModuleType, ModuleType],
    degree: int,
    lam: float,
    noise_std: float,
    n_train: int,
    seed: int,
) -> Fitted:
    """Fit with the learner's modules `overfitting`, `ridge` and this project, in that order."""
    overfitting, ridge, project = modules
    # separate generators, so that a slider changes the noise's size and not the sample
    draws, test_draws = np.random.default_rng(seed), np.random.default_rng(seed + 10**6)
    x = np.linspace(-1, 1, n_train)
    y = project.true_function(x) + noise_std * draws.normal(size=n_train)
    x_test = test_draws.uniform(-1, 1, size=project.N_TEST)
    y_test = project.true_function(x_test) + noise_std * test_draws.normal(size=project.N_TEST)
    line = np.linspace(-1, 1, 401)
    model = ridge.ridge_closed_form(overfitting.polynomial_features(x, degree), y, lam)

    def values(at):
        return ridge.predict(model, overfitting.polynomial_features(at, degree))

    error = overfitting.mean_squared_error
    return Fitted(
        x,
        y,
        x_test,
        y_test,
        line,
        values(line),
        project.true_function(line),
        float(error(y, values(x))),
        float(error(y_test, values(x_test))),
    )


def draw(fitted: Fitted):
    """The fit as a matplotlib Figure, both errors in its title."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(8, 4.6), layout="constrained")
    axes = fig.subplots()
    few = slice(MOST_TEST_POINTS_SHOWN)
    axes.plot(
        fitted.x_test[few],
        fitted.y_test[few],
        "o",
        markerfacecolor="none",
        markeredgecolor="0.75",
        markersize=4,
        label="test points",
    )
    axes.plot(fitted.line, fitted.truth, "--", color="0.5", label="truth")
    axes.plot(fitted.line, fitted.curve, color="black", label="your fit")
    axes.plot(fitted.x, fitted.y, "o", color="black", markersize=5, label="training points")
    axes.set(
        xlabel="x",
        ylabel="y",
        ylim=(-2.5, 2.5),
        title=f"training error {fitted.train_mse:.3g}, test error {fitted.test_mse:.3g}",
    )
    axes.legend(frameon=False, ncols=2, loc="upper left")
    return fig


def panel():
    """The sliders with the picture below, as one ipywidgets box; display it in a notebook.

    `panel().sliders` holds the widgets by name.
    """
    import ipywidgets as widgets

    modules = (load("overfitting"), load("ridge"), load("project_overfitting_simulator"))
    strengths = [("0", 0.0)] + [
        (f"{10**power:.2g}", float(10**power)) for power in np.arange(-6.75, 2.01, 0.25)
    ]
    style = {"style": {"description_width": "9em"}, "layout": widgets.Layout(width="32em")}
    sliders = {
        "degree": widgets.IntSlider(14, 0, 15, description="degree", **style),
        "lam": widgets.SelectionSlider(options=strengths, description="strength λ", **style),
        "noise_std": widgets.FloatSlider(
            0.3, min=0, max=1, step=0.05, description="noise (std)", **style
        ),
        "n_train": widgets.IntSlider(15, 3, 100, description="training points", **style),
        "seed": widgets.IntSlider(7, 0, 50, description="sample number", **style),
    }
    picture = widgets.Image(format="png")
    said = widgets.HTML()

    def update(_=None):
        import html
        import io

        try:
            fitted = fit(modules, **{name: slider.value for name, slider in sliders.items()})
        except NotImplementedError as error:
            said.value = f"Not yet: one of your functions is still {html.escape(str(error))}."
            return
        said.value = (
            f"training error {fitted.train_mse:.3g}, test error {fitted.test_mse:.3g}, "
            f"noise variance {sliders['noise_std'].value ** 2:.3g}"
        )
        file = io.BytesIO()
        draw(fitted).savefig(file, format="png", dpi=90)
        picture.value = file.getvalue()

    for slider in sliders.values():
        slider.observe(update, "value")
    update()
    box = widgets.VBox([*sliders.values(), said, picture])
    box.sliders, box.said, box.picture = sliders, said, picture
    return box
