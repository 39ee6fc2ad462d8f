"""Draws a report's pictures as inline SVG that reads in greyscale and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: searchable, and in the page's own font
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def score_histogram(scores: Sequence[float], max_score: float) -> str:
    """How many learners have how many points, in at most ten classes of equal width."""
    classes = int(max(1, min(10, max_score)))
    edges = np.linspace(0.0, max_score or 1.0, classes + 1)
    return _histogram(scores, edges, "points", "learners", "Score distribution")


def time_histogram(seconds: Sequence[float]) -> str:
    """How long the submissions took to grade, on a logarithmic scale."""
    low = max(min(seconds), 1e-2)
    high = max(max(seconds), low * 2)
    edges = np.geomspace(low * 0.999, high * 1.001, 11)
    clipped = np.maximum(seconds, low)
    return _histogram(
        clipped, edges, "seconds to grade", "learners", "Time to grade", logarithmic=True
    )


def _histogram(
    values: Sequence[float] | np.ndarray,
    edges: np.ndarray,
    xlabel: str,
    ylabel: str,
    title: str,
    *,
    logarithmic: bool = False,
) -> str:
    counts, _ = np.histogram(values, edges)
    with mpl.rc_context({**_STYLE, "svg.hashsalt": title}):
        figure = Figure(figsize=(4.6, 2.7), layout="constrained")
        axes = figure.subplots()
        axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color="0.55", edgecolor="black")
        if logarithmic:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda x, _: f"{x:g}"))
            axes.xaxis.set_minor_formatter(mpl.ticker.NullFormatter())
        for left, right, count in zip(edges, edges[1:], counts, strict=False):
            if count:
                middle = (left * right) ** 0.5 if logarithmic else (left + right) / 2
                axes.annotate(
                    str(count), (middle, count), xytext=(0, 2), textcoords="offset points",
                    ha="center", va="bottom", fontsize=9,
                )  # fmt: skip
        axes.set_xlabel(xlabel)
        axes.set_ylabel(ylabel)
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
        axes.set_ylim(0, max(1, counts.max()) * 1.18)
        return _inline(figure, title)


def _inline(figure: Figure, label: str) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # ids repeat between pictures; only those that are referred to matter, and they are hashed
    svg = re.sub(r' id="(figure|axes|patch|line2d|text|matplotlib|xtick|ytick)[^"]*"', "", svg)
    head = f'<svg role="img" aria-label="{label}" '
    return re.sub(r'(<svg [^>]*?) width="[^"]*"', r"\1", svg.replace("<svg ", head, 1)).replace(
        'height="194.4pt"', "", 1
    )
