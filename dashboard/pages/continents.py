"""The page at ``/continents``: every continent as a small figure on the same axes.

It shows how a page is added: this file has its layout and its callbacks; what it shows is computed in continents.py and
drawn in figures/panel.py, both plain functions.
"""

from dash import Input, Output, State, callback, dcc, html, register_page
from dash.development.base_component import Component

from dashboard import view
from dashboard.aria import aria
from dashboard.continents import Continent, continents
from dashboard.data import current_store
from dashboard.figures import style
from dashboard.figures.panel import panel, scale_of
from dashboard.measures import LIFE_EXPECTANCY, MEASURES, POPULATION, Measure
from dashboard.response_cache import cache_response
from dashboard.shell import ADDRESS_ID, VERSION_ID, keep_in_address

DEFAULT_MEASURE = LIFE_EXPECTANCY

register_page(__name__, path="/continents", name="Continents", title="Continents", order=1)  # type: ignore[no-untyped-call]


def layout(measure: object = None, **_query: object) -> html.Div:
    """The page as its address asks for it."""
    shown = view.to_measure(measure, DEFAULT_MEASURE).column
    title, explanation, panels = update_panels(shown, None)
    return html.Div(
        className="page",
        children=[
            html.Header(
                [
                    html.H1(title, id="continents-title"),
                    html.P(explanation, id="continents-explanation", className="subtitle"),
                ]
            ),
            html.Div(
                className="control control-wide",
                role="radiogroup",
                **aria(labelledby="continents-measure-label"),
                children=[
                    html.Div("Measure", id="continents-measure-label", className="label"),
                    dcc.RadioItems(
                        id="continents-measure",
                        options={column: item.label for column, item in MEASURES.items()},
                        value=shown,
                        className="segments",
                    ),
                ],
            ),
            html.Div(panels, id="continents-panels", className="panels"),
            dcc.Store(id="continents-parameters", data=[{"name": "measure", "default": DEFAULT_MEASURE.column}]),
        ],
    )


@callback(
    Output("continents-title", "children"),
    Output("continents-explanation", "children"),
    Output("continents-panels", "children"),
    Input("continents-measure", "value"),
    Input(VERSION_ID, "data"),
    prevent_initial_call=True,
)
@cache_response
def update_panels(measure: object, _version: object) -> tuple[str, str, list[Component]]:
    """The title, what is shown, and a panel for each continent."""
    shown = view.to_measure(measure, DEFAULT_MEASURE)
    title = f"{shown.label} by continent"
    snapshot = current_store().state.snapshot
    if snapshot is None:
        return title, explain(shown), [html.P("No data yet.")]
    data = snapshot.dataset
    found = continents(data, shown)
    values = [value for continent in found for line in continent.lines for value in line.values]
    value_range = style.padded_range(values, scale_of(shown), from_zero=False)
    panels: list[Component] = [_panel(continent, shown, value_range, data.year_range) for continent in found]
    return title, explain(shown), panels


def explain(measure: Measure) -> str:
    """What the lines are."""
    of_what = "country" if measure is POPULATION else "person"
    axis = " The axis is logarithmic." if scale_of(measure) == "log" else ""
    return f"Each thin line is a country, the thick line the average {of_what}.{axis}"


def _panel(
    continent: Continent, measure: Measure, value_range: tuple[float, float] | None, year_range: tuple[int, int]
) -> html.Section:
    return html.Section(
        className="card panel",
        children=[
            html.H2(continent.name),
            html.P(describe(continent, measure), className="detail"),
            html.Figure(
                dcc.Graph(
                    figure=panel(continent, measure, value_range, year_range),
                    responsive=True,
                    config={"displayModeBar": False},
                ),
                className="small-graph",
                **aria(label=f"{measure.label} in {continent.name}"),
            ),
        ],
    )


def describe(continent: Continent, measure: Measure) -> list[Component | str]:
    """A panel in words: its average and its change, and who is lowest and highest."""
    text: list[Component | str] = []
    if continent.average:
        first, last = continent.average.years[0], continent.average.years[-1]
        average_of = "in the average country" if measure is POPULATION else "on average"
        text += [
            html.Strong(measure.text(continent.average.values[-1])),
            f" {measure.unit} {average_of} in {last}, after {measure.text(continent.average.values[0])} in {first}. ",
        ]
    if continent.countries == 1:
        return [*text, "One country."]
    low, high = (f"{name} ({measure.text(value)})" for name, value in (continent.lowest, continent.highest))
    text.append(f"{continent.countries:,} countries, from {low} to {high}.")
    if continent.countries > len(continent.lines):
        text.append(f" The {len(continent.lines)} most populous are drawn.")
    return text


@callback(Output("continents-measure", "value"), Input(ADDRESS_ID, "data"), prevent_initial_call=True)
def restore(fields: object) -> str:
    """The measure that the address holds, when the reader goes back or forward."""
    measure = fields.get("measure") if isinstance(fields, dict) else None
    return view.to_measure(measure, DEFAULT_MEASURE).column


keep_in_address([Input("continents-measure", "value")], State("continents-parameters", "data"))
