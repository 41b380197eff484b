"""The pause before a task is started again."""

import time

import pytest

from ops.local.restart_pause import RestartPause

pytestmark = pytest.mark.unit


def test_the_first_restart_is_immediate_and_pauses_double_to_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    pause = RestartPause()
    pauses = []
    for _ in range(9):
        pause.failed()
        began = clock[0]
        while not pause.over:
            clock[0] += 0.5
        pauses.append(clock[0] - began)
    assert pauses == [0, 1, 2, 4, 8, 16, 32, 60, 60]

    pause.reset()
    assert pause.over
    pause.failed()
    assert pause.over
