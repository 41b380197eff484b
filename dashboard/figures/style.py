"""What every figure shares: colours, markers, axes."""

import math
from collections.abc import Iterable
from typing import Any

from dashboard.figures import Figure

# Each is at least 3:1 against the card (https://www.w3.org/TR/WCAG22/#non-text-contrast) and differs from every other
# with any kind of colour blindness, simulated with the matrices of Machado, Oliveira and Fernandes (2009):
# https://doi.org/10.1109/TVCG.2009.113. assets/figures.css and theme.css repeat them.
PALETTE = ("#2459d1", "#ec6a13", "#0da59b", "#b771f4", "#660e00", "#1c354a", "#b23000", "#5d1f93")

# A shape beside each colour, so that colour is not the only difference: Plotly's name, and the character for texts.
MARKERS = (
    ("circle", "●"),
    ("square", "■"),
    ("triangle-up", "▲"),
    ("diamond", "◆"),
    ("triangle-down", "▼"),
    ("star", "★"),
    ("cross", "✚"),
    ("x", "✖"),
)

# That of theme.css. Plotly measures texts with it, to make room for them.
FONT = "system-ui, sans-serif"

# Lines that stand behind the one that matters.
CONTEXT_COLOUR = "#808b9f"


def layout(unit: str, scale: str, value_range: tuple[float, float] | None, year_range: tuple[int, int]) -> Figure:
    """The axes of values over years, without decoration.

    Args:
        unit: what the values count, written above their axis.
        scale: "linear" or "log".
        value_range: the smallest and largest value on the axis; None lets Plotly choose.
        year_range: the first and last year on the axis.
    """
    values: dict[str, Any] = {
        "type": scale,
        "automargin": True,
        "zeroline": False,
        # "B" writes 1.3 billion as 1.3B; the default, SI, as 1.3G.
        "exponentformat": "B",
        "nticks": 6,
        "fixedrange": True,
    }
    if value_range and scale == "log":
        values["range"] = [math.log10(value) for value in value_range]
        # Plotly's own labels between the powers of ten are single digits.
        values["tickvals"], values["ticktext"] = log_ticks(*value_range)
    elif value_range:
        values["range"] = list(value_range)
    # Room for the first and last marker; one year alone stands in the middle.
    room = (year_range[1] - year_range[0]) * 0.025 or 1
    return {
        "font": {"size": 13, "family": FONT},
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified",
        "hoverdistance": -1,
        "hoverlabel": {"namelength": -1},
        "showlegend": False,
        "dragmode": False,
        "xaxis": {
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "tickformat": "d",
            "fixedrange": True,
            "range": [year_range[0] - room, year_range[1] + room],
        },
        "yaxis": values,
        "annotations": [
            {
                "text": literal(unit),
                "showarrow": False,
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "y": 1,
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 8,
            }
        ],
    }


def log_ticks(low: float, high: float) -> tuple[list[float], list[str]]:
    """Round values from low to high, and how they are written: 1, 2, 5, 10 …, or over a wide range powers of ten."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1,) if len(exponents) > 4 else (1, 2, 5)
    ticks = [step * 10.0**exponent for exponent in exponents for step in steps]
    shown = [tick for tick in ticks if low <= tick <= high]
    return shown, [_short(tick) for tick in shown]


def _short(value: float) -> str:
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def message(text: str) -> Figure:
    """An empty figure that says why."""
    hidden = {"visible": False, "fixedrange": True}
    return {
        "data": [],
        "layout": {
            "font": {"size": 15, "family": FONT},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": hidden,
            "yaxis": hidden,
            "annotations": [
                {"text": literal(text), "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
            ],
        },
    }


def literal(text: str) -> str:
    """A text that Plotly shows letter by letter: else it takes ``<b>``, ``<a href>`` and ``&lt;`` for its own HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def padded_range(values: Iterable[float], scale: str, from_zero: bool) -> tuple[float, float] | None:
    """The range of an axis with some room around its values, or None if there is nothing to show.

    Args:
        values: what is drawn; on a log axis values up to zero do not count, since they have no place there.
        scale: "linear" or "log".
        from_zero: whether a linear axis begins at zero.
    """
    drawn = [value for value in values if scale != "log" or value > 0]
    if not drawn:
        return None
    low, high = min(drawn), max(drawn)
    if scale == "log":
        return low / 1.15, high * 1.15
    room = (high - low) * 0.06 or abs(high) * 0.1 or 1
    return (min(0, low), high + (high - min(0, low)) * 0.05 or 1) if from_zero else (low - room, high + room)
