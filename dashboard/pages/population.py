"""The page at ``/``: countries over the years.

Choosing what is shown runs one callback, ``update_graph``. What follows from it without new data, the address and the
table, is made in the browser: assets/address.js and assets/table.js.
"""

from bisect import bisect_left, bisect_right
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html, register_page
from dash.development.base_component import Component

from dashboard import export, summary, view
from dashboard.aria import aria
from dashboard.data import current_store
from dashboard.dataset import Dataset
from dashboard.figures import Figure, style
from dashboard.figures.lines import MAX_LINES, Line, lines
from dashboard.measures import MEASURES, POPULATION
from dashboard.response_cache import cache_response
from dashboard.shell import ADDRESS_ID, VERSION_ID, keep_in_address
from dashboard.view import View

# More options would make the page slow to load: beyond, the server searches.
MAX_OPTIONS = 500

# The slider's first year while there are no data.
NO_YEAR = 0

CHOICE = (
    Input("dropdown-selection", "value"),
    Input("measure", "value"),
    Input("scale", "value"),
    Input("years", "value"),
)
CHOICE_AS_STATE = [State(choice.component_id, choice.component_property) for choice in CHOICE]

register_page(__name__, path="/", name="Countries", title="Population by country", order=0)  # type: ignore[no-untyped-call]


def layout(
    countries: object = None, measure: object = None, scale: object = None, years: object = None, **_query: object
) -> html.Div:
    """The page as its address asks for it. The callbacks redraw it when the choice or the data change."""
    snapshot = current_store().state.snapshot
    if snapshot is None:
        chosen: list[Any] = [[], view.to_measure(measure).column, view.to_scale(scale), None]
    else:
        chosen = controls_of(view.from_query(snapshot.dataset, countries, measure, scale, years))
    names, shown_measure, shown_scale, shown_years = chosen
    options, first, last, parameters, searched = limits(names)
    figure, key_figures = update_graph(names, shown_measure, shown_scale, shown_years, None)
    title, explanation = update_title(shown_measure)
    return html.Div(
        className="page",
        children=[
            html.Header([html.H1(title, id="title"), html.P(explanation, id="explanation", className="subtitle")]),
            html.Section(
                className="card",
                **aria(label="Chart"),
                children=[
                    html.Div(
                        className="controls",
                        children=[
                            _control(
                                "Countries",
                                dcc.Dropdown(
                                    id="dropdown-selection",
                                    options=options,
                                    value=names,
                                    multi=True,
                                    placeholder="Choose countries",
                                    maxHeight=320,
                                    labels={
                                        "selected_count": "{num_selected} countries",
                                        "search": "Search countries",
                                        "clear_selection": "Clear the choice of countries",
                                    },
                                ),
                            ),
                            _control(
                                "Measure",
                                dcc.RadioItems(
                                    id="measure",
                                    options={column: item.label for column, item in MEASURES.items()},
                                    value=shown_measure,
                                    className="segments",
                                ),
                                role="radiogroup",
                            ),
                            _control(
                                "Scale",
                                dcc.RadioItems(
                                    id="scale", options=view.SCALES, value=shown_scale, className="segments"
                                ),
                                role="radiogroup",
                            ),
                            _control(
                                "Years",
                                dcc.RangeSlider(
                                    id="years",
                                    min=first,
                                    max=last,
                                    step=1,
                                    value=shown_years or [first, last],
                                    marks=None,
                                    allow_direct_input=False,
                                    tooltip={"placement": "bottom", "always_visible": True},
                                    className="years",
                                ),
                            ),
                        ],
                    ),
                    html.Div(key_figures, id="graph-summary", className="summary", role="status"),
                    html.Figure(
                        dcc.Graph(
                            id="graph-content",
                            figure=figure,
                            responsive=True,
                            config={"displayModeBar": False},
                        ),
                        className="graph",
                        **aria(labelledby="title", describedby="graph-summary"),
                    ),
                    html.Div(
                        className="actions",
                        children=[
                            html.Button(
                                "Show as table",
                                id="table-toggle",
                                type="button",
                                **aria(expanded="false", controls="table"),
                            ),
                            html.Button("Download CSV", id="download-button", type="button"),
                            html.Button("Copy link", id="copy-link", type="button"),
                            html.Span(id="copy-link-status", role="status"),
                        ],
                    ),
                    html.Div(id="table", className="table", hidden=True),
                ],
            ),
            dcc.Download(id="download"),
            dcc.Store(id="parameters", data=parameters),
            # For data that arrive later: what to choose of them.
            dcc.Store(id="opened-with", data={"countries": countries, "years": years}),
            dcc.Store(id="search-on-server", data=searched),
            dcc.Store(id="country-search"),
        ],
    )


def _control(label: str, control: Component, role: str = "group") -> html.Div:
    """A control in a group with a name, which screen readers tell on entering it."""
    label_id = f"{label.lower()}-label"
    return html.Div(
        [html.Div(label, id=label_id, className="label"), control],
        className="control",
        role=role,
        **aria(labelledby=label_id),
    )


def controls_of(shown: View) -> list[Any]:
    """The values of the controls for a view."""
    return [shown.countries, shown.measure.column, shown.scale, list(shown.years)]


def limits(chosen: object) -> tuple[list[str], int, int, list[dict[str, Any]], bool]:
    """What can be chosen now.

    Returns:
        The countries to offer, the first and the last year, how the address names choices and which it leaves out, and
        whether there are more countries than are offered.
    """
    snapshot = current_store().state.snapshot
    if snapshot is None:
        return [], NO_YEAR, NO_YEAR + 1, [], False
    data = snapshot.dataset
    first, last = data.year_range
    parameters: list[dict[str, Any]] = [
        {"name": "countries", "default": view.default_countries(data), "most": MAX_LINES},
        {"name": "measure", "default": POPULATION.column},
        {"name": "scale", "default": view.DEFAULT_SCALE},
        {"name": "years", "default": [first, last]},
    ]
    return find_countries(None, chosen), first, last, parameters, len(data.countries) > MAX_OPTIONS


@callback(
    Output("graph-content", "figure"),
    Output("graph-summary", "children"),
    *CHOICE,
    Input(VERSION_ID, "data"),
    prevent_initial_call=True,
)
@cache_response
def update_graph(
    countries: object, measure: object, scale: object, years: object, _version: object
) -> tuple[Figure, list[Component]]:
    """The chosen countries' lines, and the same in words; while there is nothing to show, a figure that says why."""
    snapshot = current_store().state.snapshot
    if snapshot is None:
        return style.message("No data yet"), []
    shown = view.from_controls(snapshot.dataset, countries, measure, scale, years)
    if not shown.countries:
        return style.message("Choose a country above"), [html.P("No country is chosen.")]
    drawn = select(snapshot.dataset, shown)
    if not drawn:
        return style.message("No data in these years"), [html.P("The chosen countries have no data in these years.")]
    return lines(drawn, shown.measure, shown.scale, shown.years), summary.of_lines(drawn, shown)


def select(data: Dataset, shown: View) -> list[Line]:
    """The lines of a view: as many as can be told apart, each cut to the years that are shown."""
    selected = []
    for country in shown.countries[:MAX_LINES]:
        years = data.series(country, "year")
        start, end = bisect_left(years, shown.years[0]), bisect_right(years, shown.years[1])
        if start < end:
            selected.append(Line(country, years[start:end], data.series(country, shown.measure.column)[start:end]))
    return selected


@callback(
    Output("title", "children"),
    Output("explanation", "children"),
    Input("measure", "value"),
    prevent_initial_call=True,
)
def update_title(measure: object) -> tuple[str, str]:
    """What the page is about, for a measure."""
    shown = view.to_measure(measure)
    return f"{shown.label} by country", shown.explanation


@callback(
    Output("dropdown-selection", "value"),
    Output("years", "value"),
    Output("dropdown-selection", "options"),
    Output("years", "min"),
    Output("years", "max"),
    Output("parameters", "data"),
    Output("search-on-server", "data"),
    Input(VERSION_ID, "data"),
    *CHOICE_AS_STATE,
    State("years", "min"),
    State("years", "max"),
    State("opened-with", "data"),
    prevent_initial_call=True,
)
def update_controls(
    _version: object,
    countries: object,
    measure: object,
    scale: object,
    years: object,
    first: object,
    last: object,
    opened_with: object,
) -> tuple[list[str], list[int] | None, list[str], int, int, list[dict[str, Any]], bool]:
    """What can be chosen in new data, and the reader's choice as far as they still have it."""
    snapshot = current_store().state.snapshot
    if snapshot is None:
        return [], None, *limits(None)
    if first == NO_YEAR:
        fields = opened_with if isinstance(opened_with, dict) else {}
        kept = view.from_query(snapshot.dataset, fields.get("countries"), measure, scale, fields.get("years"))
    else:
        had_all_years = years == [first, last]
        kept = view.from_controls(snapshot.dataset, countries, measure, scale, None if had_all_years else years)
    # No country is a choice of the reader's, unless what was chosen is gone.
    names = kept.countries or ([] if countries == [] else view.default_countries(snapshot.dataset))
    return names, list(kept.years), *limits(names)


@callback(
    Output("dropdown-selection", "value", allow_duplicate=True),
    Output("measure", "value"),
    Output("scale", "value"),
    Output("years", "value", allow_duplicate=True),
    Input(ADDRESS_ID, "data"),
    prevent_initial_call=True,
)
def restore(fields: object) -> list[Any]:
    """The choice that the address holds, when the reader goes back or forward."""
    snapshot = current_store().state.snapshot
    if snapshot is None:
        return [[], POPULATION.column, view.DEFAULT_SCALE, None]
    values = fields if isinstance(fields, dict) else {}
    names = ("countries", "measure", "scale", "years")
    return controls_of(view.from_query(snapshot.dataset, **{name: values.get(name) for name in names}))


@callback(
    Output("dropdown-selection", "options", allow_duplicate=True),
    Input("country-search", "data"),
    State("dropdown-selection", "value"),
    prevent_initial_call=True,
)
def find_countries(search: object, chosen: object) -> list[str]:
    """The countries to offer: all, or where they are too many the first whose name contains the text; and the chosen.

    Dash drops a chosen country that is not among the options.
    """
    snapshot = current_store().state.snapshot
    if snapshot is None:
        return []
    countries = snapshot.dataset.countries
    if len(countries) <= MAX_OPTIONS:
        return countries
    words = search.casefold().split() if isinstance(search, str) else []
    found = (name for name in countries if all(word in name.casefold() for word in words))
    offered = view.known_countries(snapshot.dataset, chosen) if chosen else []
    return list(dict.fromkeys([*offered, *(name for name, _ in zip(found, range(MAX_OPTIONS), strict=False))]))


@callback(
    Output("download", "data"),
    Input("download-button", "n_clicks"),
    *CHOICE_AS_STATE,
    prevent_initial_call=True,
)
def download(
    _clicks: object, countries: object, measure: object, scale: object, years: object
) -> dict[str, str] | None:
    """What is shown, as a CSV."""
    snapshot = current_store().state.snapshot
    if snapshot is None:
        return None
    shown = view.from_controls(snapshot.dataset, countries, measure, scale, years)
    drawn = select(snapshot.dataset, shown)
    rows = ((line.name, *pair) for line in drawn for pair in zip(line.years, line.values, strict=True))
    names = [line.name for line in drawn] if len(drawn) <= 3 else [f"{len(drawn)} countries"]
    return {
        "content": export.to_csv(["Country", "Year", f"{shown.measure.label} ({shown.measure.unit})"], rows),
        "filename": export.file_name(shown.measure.label, *names, *map(str, shown.years)),
        "type": "text/csv",
    }


keep_in_address(CHOICE, State("parameters", "data"))
clientside_callback(
    ClientsideFunction("table", "show"),
    Output("table", "children"),
    Output("table", "hidden"),
    Output("table-toggle", "aria-expanded"),
    Output("table-toggle", "children"),
    Input("table-toggle", "n_clicks"),
    Input("graph-content", "figure"),
    Input("title", "children"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("search", "ask"),
    Output("country-search", "data"),
    Input("dropdown-selection", "search_value"),
    State("search-on-server", "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("clipboard", "copyLink"),
    Output("copy-link-status", "children"),
    Input("copy-link", "n_clicks"),
    prevent_initial_call=True,
)
