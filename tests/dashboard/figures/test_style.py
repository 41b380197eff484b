import math
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dashboard
from dashboard.figures import style

pytestmark = pytest.mark.unit

ASSETS = Path(dashboard.__file__).parent / "assets"
LIGHT_CARD, DARK_CARD = "#ffffff", "#181e29"

# Machado, Oliveira and Fernandes (2009), severity 1: https://doi.org/10.1109/TVCG.2009.113
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}

Colour = npt.NDArray[np.float64]


def theme(name: str) -> tuple[str, str]:
    """A colour of theme.css, light and dark."""
    found = re.search(rf"{name}: light-dark\((#\w+), (#\w+)\)", (ASSETS / "theme.css").read_text())
    assert found, name
    return found[1], found[2]


def linear(colour: str) -> Colour:
    """A colour as linear red, green and blue."""
    values = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def oklab(colour: Colour) -> Colour:
    """https://bottosson.github.io/posts/oklab/"""
    cone = np.cbrt(
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ np.clip(colour, 0, 1)
    )
    lab: Colour = (
        np.array(
            [
                [0.2104542553, 0.7936177850, -0.0040720468],
                [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660],
            ]
        )
        @ cone
    )
    return lab


SERIES = [theme(f"--series-{number + 1}") for number in range(len(style.PALETTE))]


def test_the_palette_is_that_of_the_style_sheets() -> None:
    assert tuple(light for light, _ in SERIES) == style.PALETTE
    assert theme("--context")[0] == style.CONTEXT_COLOUR
    rules = (ASSETS / "figures.css").read_text()
    for number, colour in enumerate(style.PALETTE):
        red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
        for kind in ("stroke", "fill"):
            assert (
                f'[style*="{kind}: rgb({red}, {green}, {blue})"] {{ {kind}: var(--series-{number + 1}) !important; }}'
            ) in rules


def test_there_is_a_marker_for_every_colour() -> None:
    assert len({name for name, _ in style.MARKERS}) == len({sign for _, sign in style.MARKERS}) == len(style.PALETTE)


@pytest.mark.parametrize(("index", "card"), [(0, LIGHT_CARD), (1, DARK_CARD)], ids=["light", "dark"])
def test_every_line_is_seen_against_its_card(index: int, card: str) -> None:
    assert theme("--surface")[index] == card
    for colours in [*SERIES, theme("--context"), theme("--control-border")]:
        assert contrast(colours[index], card) >= 3


@pytest.mark.parametrize("index", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISION)
def test_lines_differ_for_every_kind_of_colour_vision(index: int, vision: str) -> None:
    seen = [oklab(VISION[vision] @ linear(colours[index])) for colours in SERIES]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2)) > 0.08


@pytest.mark.parametrize("index", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["--text", "--text-muted", "--accent"])
@pytest.mark.parametrize("ground", ["--background", "--surface", "--raised", "--accent-weak"])
def test_texts_are_readable_on_every_ground(index: int, text: str, ground: str) -> None:
    assert contrast(theme(text)[index], theme(ground)[index]) >= 4.5


def test_html_in_a_text_is_shown_as_it_is() -> None:
    assert style.literal("<b>&lt;</b>") == "&lt;b&gt;&amp;lt;&lt;/b&gt;"


@given(st.lists(st.floats(0, 1e12), max_size=20), st.sampled_from(["linear", "log"]), st.booleans())
def test_the_range_of_an_axis_holds_every_value(values: list[float], scale: str, from_zero: bool) -> None:
    drawn = [value for value in values if scale == "linear" or value > 0]
    found = style.padded_range(values, scale, from_zero)
    if not drawn:
        assert found is None
        return
    assert found is not None
    low, high = found
    assert low < high
    assert low <= min(drawn) <= max(drawn) <= high
    if scale == "linear" and from_zero:
        assert low == 0
    style.layout("x", scale, found, (1950, 2000))


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (400, 50_000, ["500", "1k", "2k", "5k", "10k", "20k", "50k"]),
        (1e5, 1.4e9, ["100k", "1M", "10M", "100M", "1B"]),
        (14e6, 34e6, ["20M"]),
        (0.4, 6, ["0.5", "1", "2", "5"]),
    ],
)
def test_log_axes_have_round_labels(low: float, high: float, labels: list[str]) -> None:
    ticks, texts = style.log_ticks(low, high)
    assert texts == labels
    assert all(low <= tick <= high for tick in ticks)


def test_a_single_year_stands_in_the_middle() -> None:
    assert style.layout("x", "linear", (0, 1), (1952, 1952))["xaxis"]["range"] == [1951, 1953]


def test_a_range_on_a_log_axis_is_in_powers_of_ten() -> None:
    assert style.layout("x", "log", (10, 1000), (1952, 2007))["yaxis"]["range"] == [1, math.log10(1000)]
