"""How much memory a task on this machine may count on."""

import psutil

# During a rollout the two tasks of the reference are four, and nothing but this keeps them from each other's memory.
_MOST_TASKS = 4


def memory_share_mib(wanted: int) -> int:
    """Return the memory (MiB) that a task wants, or a quarter of this machine's where that is less."""
    return min(wanted, psutil.virtual_memory().total // 2**20 // _MOST_TASKS)
