"""What a figure shows, in words."""

from dash import html
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.figures import style
from dashboard.figures.lines import MAX_LINES, Line
from dashboard.measures import Measure
from dashboard.view import View


def of_lines(drawn: list[Line], shown: View) -> list[Component]:
    """For each line its latest value and its change, beside its marker, so that this is the figure's legend, too."""
    parts: list[Component] = [
        html.Ul(
            [_key_figure(line, number, shown.measure, with_unit=len(drawn) == 1) for number, line in enumerate(drawn)],
            className="key-figures",
        )
    ]
    parts += [html.P(note, className="note") for note in notes(drawn, shown)]
    return parts


def _key_figure(line: Line, number: int, measure: Measure, with_unit: bool) -> html.Li:
    return html.Li(
        [
            html.Span(style.MARKERS[number][1], className=f"marker series-{number + 1}", **aria(hidden="true")),
            html.Span(line.name, className="name"),
            html.Strong(measure.text(line.values[-1])),
            html.Span(describe(line, measure, with_unit), className="detail"),
        ]
    )


def describe(line: Line, measure: Measure, with_unit: bool = True) -> str:
    """What follows the latest value: "people in 2007, 2.3 times as many as in 1952"."""
    text = f"{measure.unit} in {line.years[-1]}" if with_unit else f"in {line.years[-1]}"
    change = _change(line.values[0], line.values[-1], measure) if len(line.years) > 1 else None
    return f"{text}, {change} in {line.years[0]}" if change else text


def _change(first: float, last: float, measure: Measure) -> str | None:
    if not measure.from_zero:
        difference = last - first
        return f"{measure.text(abs(difference))} {'more' if difference >= 0 else 'fewer'} than"
    if first <= 0:
        return None
    ratio = last / first
    if ratio >= 2:
        return f"{ratio:,.1f} times as {measure.more} as"
    percent = round(abs(ratio - 1) * 100)
    less = "fewer" if measure.more == "many" else "less"
    return f"{percent} % {'more' if ratio >= 1 else less} than" if percent else f"as {measure.more} as"


def notes(drawn: list[Line], shown: View) -> list[str]:
    """What a reader should know about the figure: which choices it does not show, and why."""
    told = []
    chosen = len(shown.countries)
    if chosen > MAX_LINES:
        told.append(
            f"The first {MAX_LINES} of {chosen} chosen countries are shown: more lines could not be told apart."
        )
    missing = set(shown.countries[:MAX_LINES]) - {line.name for line in drawn}
    if missing:
        told.append(f"No data in these years: {', '.join(sorted(missing))}.")
    if shown.scale == "log" and any(value <= 0 for line in drawn for value in line.values):
        told.append("A logarithmic scale has no place for zero: such values are only in the table.")
    return told
