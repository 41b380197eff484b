"""Dashboards that do not run, as programs in the place of `dashboard/__main__.py`."""

CRASH = 'import sys\nprint("no such table: gapminder", flush=True)\nsys.exit(3)\n'
SILENT = 'import time\nprint("waiting for a lock", flush=True)\ntime.sleep(3600)\n'
