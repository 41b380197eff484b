"""The page for every unknown address. Dash finds it by this file's name; app.py gives it the status 404."""

from dash import dcc, html, register_page

register_page(__name__, path="/404", title="Page not found")  # type: ignore[no-untyped-call]


def layout(**_query: str) -> html.Div:
    """A heading and the way back."""
    return html.Div(
        className="page",
        children=[
            html.H1("Page not found"),
            html.P(["There is no page at this address. ", dcc.Link("Go to the dashboard", href="/")]),
        ],
    )
