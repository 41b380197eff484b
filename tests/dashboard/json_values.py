"""Any JSON value, as a browser may send it in the place of any control's value."""

from hypothesis import strategies

NAMES = strategies.sampled_from(["Canada", "Albania", "pop", "lifeExp", "log", "linear", "Atlantis", "__proto__", ""])
SCALARS = (
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.just(10**400)
    | strategies.floats()
    | strategies.text()
    | NAMES
)
JSON_VALUES = strategies.recursive(
    SCALARS,
    lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(strategies.text() | NAMES, inner),
    max_leaves=8,
)
