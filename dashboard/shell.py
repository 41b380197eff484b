"""What every page shares: the heading's frame, the notice about the data, and the clock that sees new data arrive."""

from dash import Dash, Input, Output, State, dcc, html, no_update, page_container

from dashboard.data import DataStore, current_store
from dashboard.data import State as DataState

INTERVAL_ID = "data-interval"
NOTICE_ID = "data-notice"
SOURCE_ID = "data-source"
VERSION_ID = "data-version"

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
            dcc.Interval(id=INTERVAL_ID, interval=interval),
            html.P(notice, id=NOTICE_ID, role="status", className="notice"),
            html.Main(page_container),
            html.P(source, id=SOURCE_ID, className="source"),
        ],
    )


def refresh(
    _ticks: int, notice: str | None, source: str | None, version: str | None, interval: float | None
) -> list[object]:
    """What ``layout`` filled in, as it is now: each part only if it differs from what the open page shows."""
    now = _contents(current_store())
    shown = (notice or "", source or "", version, interval)
    return [new if new != old else no_update for new, old in zip(now, shown, strict=True)]


def register_callbacks(app: Dash) -> None:
    """Let open pages call ``refresh`` at each tick of the clock. Pages listen to the data's version."""
    parts = [(NOTICE_ID, "children"), (SOURCE_ID, "children"), (VERSION_ID, "data"), (INTERVAL_ID, "interval")]
    app.callback(
        [Output(*part) for part in parts],
        Input(INTERVAL_ID, "n_intervals"),
        [State(*part) for part in parts],
        prevent_initial_call=True,
    )(refresh)


def _contents(store: DataStore) -> tuple[str, str, str | None, int]:
    """The notice, the source line, the data's version, and the milliseconds until an open page asks again."""
    state = store.state
    version = state.snapshot.version if state.snapshot else None
    seconds = store.poll_seconds if state.snapshot else min(store.poll_seconds, _IMPATIENT_SECONDS)
    return notice_text(state), source_text(state), version, round(seconds * 1000)


def notice_text(state: DataState) -> str:
    """What the reader is told about a problem; empty if there is none."""
    if state.problem is None:
        return ""
    if state.snapshot is None:
        return f"{state.problem} This page fills by itself once the data are there."
    return f"{state.problem} Until then this page shows the data of {state.snapshot.modified_at:%d %B %Y, %H:%M} UTC."


def source_text(state: DataState) -> str:
    """What data the page shows; empty if there are none."""
    if state.snapshot is None:
        return ""
    data = state.snapshot.dataset
    first, last = data.year_range
    return (
        f"{data.row_count:,} rows, {len(data.countries)} countries, {first} to {last}. "
        f"Data of {state.snapshot.modified_at:%d %B %Y, %H:%M} UTC."
    )
