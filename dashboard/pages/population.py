"""The page at ``/``: a country's population over the years."""

from dash import Input, Output, State, callback, dcc, html, register_page
from dash.development.base_component import Component

from dashboard import figures
from dashboard.data import current_store
from dashboard.dataset import Dataset
from dashboard.shell import VERSION_ID

DEFAULT_COUNTRY = "Canada"

register_page(__name__, path="/", title="Population by country")  # type: ignore[no-untyped-call]


def layout(**_query: str) -> html.Div:
    """The page with what is known now; the callbacks redraw it when a country is chosen or other data arrive."""
    countries, country = update_countries(None, None)
    figure, summary = update_graph(country, None)
    return html.Div(
        className="page",
        children=[
            html.Header(
                [
                    html.H1("Population by country"),
                    html.P("How many people lived there, year by year.", className="subtitle"),
                ]
            ),
            html.Div(
                className="card",
                children=[
                    html.Div(
                        className="card-head",
                        children=[
                            html.Div(
                                className="control",
                                children=[
                                    # Dash names the dropdown's button by two ids: the chosen value's and this one,
                                    # unused for a single choice. So a screen reader says "Country Canada".
                                    html.Label(
                                        "Country", id="dropdown-selection-value-count", htmlFor="dropdown-selection"
                                    ),
                                    dcc.Dropdown(
                                        id="dropdown-selection",
                                        options=countries,
                                        value=country,
                                        clearable=False,
                                        placeholder="No data yet",
                                    ),
                                ],
                            ),
                            html.P(summary, id="graph-summary", className="summary", role="status"),
                        ],
                    ),
                    dcc.Graph(
                        id="graph-content",
                        figure=figure,
                        responsive=True,
                        className="graph",
                        config={"displayModeBar": False},
                    ),
                ],
            ),
        ],
    )


@callback(
    Output("dropdown-selection", "options"),
    Output("dropdown-selection", "value"),
    Input(VERSION_ID, "data"),
    State("dropdown-selection", "value"),
    prevent_initial_call=True,
)
def update_countries(_version: str | None, chosen: object) -> tuple[list[str], str | None]:
    """Every country, and the chosen one if the data still have it, else Canada, else the first."""
    snapshot = current_store().state.snapshot
    if snapshot is None:
        return [], None
    countries = snapshot.dataset.countries
    for country in (chosen, DEFAULT_COUNTRY):
        if country in countries:
            return countries, str(country)
    return countries, countries[0]


@callback(
    Output("graph-content", "figure"),
    Output("graph-summary", "children"),
    Input("dropdown-selection", "value"),
    Input(VERSION_ID, "data"),
    prevent_initial_call=True,
)
def update_graph(country: object, _version: str | None) -> tuple[figures.Figure, list[Component | str]]:
    """The chosen country's line and a sentence that says the same; an empty figure while there is nothing to show."""
    snapshot = current_store().state.snapshot
    if snapshot is None or not isinstance(country, str) or country not in snapshot.dataset.rows:
        return figures.no_data(), []
    years, population = _population(snapshot.dataset, country)
    return figures.population_line(country, years, population), summarise(country, years, population)


def _population(data: Dataset, country: str) -> tuple[list[int], list[int]]:
    return data.series(country, "year"), data.series(country, "pop")


def summarise(country: str, years: list[int], population: list[int]) -> list[Component | str]:
    """The line in words: the latest population, and its change since the first year."""
    text = f" people in {country} in {years[-1]}"
    if len(years) > 1 and population[0] > 0:
        text += f", {population[-1] / population[0]:.1f} times as many as in {years[0]}"
    return [html.Strong(f"{population[-1]:,}"), text]
