"""The frame around every page: navigation, who is signed in, the data's faults and age, the clock that sees new data.

It also keeps a page's choices in its address: see ``keep_in_address``.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import dash
from dash import (
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    clientside_callback,
    dcc,
    html,
    no_update,
    page_container,
)
from dash.development.base_component import Component

from dashboard.aria import aria
from dashboard.data import DataStore, current_store
from dashboard.data import State as DataState
from dashboard.sign_in.sign_out import PATH as SIGN_OUT_PATH
from dashboard.sign_in.user import current_user

INTERVAL_ID = "data-interval"
NOTICE_ID = "data-notice"
SOURCE_ID = "data-source"
VERSION_ID = "data-version"
# The fields of the address to which the reader has gone back or forward.
ADDRESS_ID = "address"
_QUERY_ID = "address-query"

# How soon an open page asks again while there are no data at all.
_IMPATIENT_SECONDS = 1.0


def layout() -> html.Div:
    """The frame around the pages. It needs an application context, and is called anew each time a page is opened."""
    store = current_store()
    notice, source, version, interval = _contents(store)
    return html.Div(
        className="shell",
        children=[
            dcc.Store(id=VERSION_ID, data=version),
            dcc.Store(id=ADDRESS_ID),
            dcc.Store(id=_QUERY_ID),
            dcc.Interval(id=INTERVAL_ID, interval=interval),
            html.A("Skip to the content", href="#content", className="skip"),
            html.Div(
                className="bar",
                children=[
                    html.Nav(
                        [dcc.Link(page["name"], href=page["path"], id=_link_id(page)) for page in _pages()],
                        **aria(label="Pages"),
                    ),
                    *_account(),
                    html.Button("Dark", id="theme-toggle", type="button", **aria(pressed="false")),
                ],
            ),
            html.P(notice, id=NOTICE_ID, role="status", className="notice"),
            html.Main(page_container, id="content", tabIndex=-1),
            html.Footer(html.P(source, id=SOURCE_ID, className="source")),
        ],
    )


def _account() -> list[Component]:
    """Who is signed in, and the way out; nothing where readers are not signed in."""
    user = current_user()
    if user is None:
        return []
    # Not dcc.Link, which would look for a page of this name.
    name = html.Span(user.label, title=user.label)
    return [html.P([name, html.A("Sign out", href=SIGN_OUT_PATH)], className="account")]


def _pages() -> list[dict[str, Any]]:
    """The pages in the order of the navigation; the one for unknown addresses is not in it."""
    return [page for page in dash.page_registry.values() if page["path"] != "/404"]


def _link_id(page: dict[str, Any]) -> str:
    return f"link-{page['module'].rpartition('.')[2]}"


def refresh(_ticks: object, notice: object, source: object, version: object, interval: object) -> list[object]:
    """What ``layout`` filled in, as it is now: each part only if it differs from what the open page shows."""
    now = _contents(current_store())
    shown = (notice or "", source or "", version, interval)
    return [new if new != old else no_update for new, old in zip(now, shown, strict=True)]


def register_callbacks(app: Dash) -> None:
    """Let open pages call ``refresh`` at each tick of the clock, and let the frame follow the address and the theme."""
    parts = [(NOTICE_ID, "children"), (SOURCE_ID, "children"), (VERSION_ID, "data"), (INTERVAL_ID, "interval")]
    app.callback(
        [Output(*part) for part in parts],
        Input(INTERVAL_ID, "n_intervals"),
        [State(*part) for part in parts],
        prevent_initial_call=True,
    )(refresh)
    links = [_link_id(page) for page in _pages()]
    # Links carry what the pages share, so that the reader sees the same measure on the next page.
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("address", "carry"),
        [Output(link, "href") for link in links],
        Input(_QUERY_ID, "data"),
        [State(link, "href") for link in links],
        prevent_initial_call=True,
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("navigation", "mark"), Output("content", "className"), Input("_pages_location", "pathname")
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("theme", "toggle"),
        Output("theme-toggle", "aria-pressed"),
        Input("theme-toggle", "n_clicks"),
    )


def clock_callbacks(app: Dash) -> set[str]:
    """The output ids of the callbacks that the clock alone calls. To be called once all callbacks are registered."""
    return {
        name
        for name, callback in app.callback_map.items()
        if {given["id"] for given in callback["inputs"]} == {INTERVAL_ID}
    }


def keep_in_address(choice: Sequence[Input], parameters: State) -> None:
    """Write a page's choices into its address whenever they change, so that a view can be shared and gone back to.

    The way back: a page's layout takes the address's fields as arguments when the page is opened, and a callback with
    ``Input(ADDRESS_ID, "data")`` takes them as a dictionary when the reader goes back or forward on the page.

    Args:
        choice: the controls.
        parameters: a store with, for each control, a dictionary: the name of its field, the default that is left out,
            and for a list the most entries that are kept.
    """
    clientside_callback(
        ClientsideFunction("address", "write"),
        Output(_QUERY_ID, "data", allow_duplicate=True),
        *choice,
        parameters,
        prevent_initial_call="initial_duplicate",
    )


def _contents(store: DataStore) -> tuple[str, str, str | None, int]:
    """The notice, the source line, the data's version, and the milliseconds until an open page asks again."""
    state = store.state
    version = state.snapshot.version if state.snapshot else None
    seconds = store.poll_seconds if state.snapshot else min(store.poll_seconds, _IMPATIENT_SECONDS)
    return notice_text(state), source_text(state, datetime.now(UTC)), version, round(seconds * 1000)


def notice_text(state: DataState) -> str:
    """What the reader is told about a problem; empty if there is none."""
    if state.problem is None:
        return ""
    if state.snapshot is None:
        return f"{state.problem} This page fills by itself once the data are there."
    return f"{state.problem} Until then this page shows the data of {time_text(state.snapshot.modified_at)}."


def source_text(state: DataState, now: datetime) -> str:
    """What data the page shows, and how old they are; empty if there are none."""
    if state.snapshot is None:
        return ""
    data = state.snapshot.dataset
    first, last = data.year_range
    modified = state.snapshot.modified_at
    return (
        f"Data of {time_text(modified)} ({age_text(now - modified)}): "
        f"{data.row_count:,} rows, {len(data.countries):,} countries, {first} to {last}."
    )


def time_text(moment: datetime) -> str:
    """A moment in UTC: "23 Nov 2026, 14:05 UTC"."""
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def age_text(age: timedelta) -> str:
    """An age in its largest unit, rounded down: "3 hours old"."""
    minutes = int(age.total_seconds()) // 60
    for length, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= length:
            count = minutes // length
            return f"{count} {unit}{'' if count == 1 else 's'} old"
    return "less than a minute old"
