"""jsii's cache of the CDKTF bindings: unpacked and indexed once, at installation.

jsii unpacks the JavaScript half of the bindings when they are first used, and writes an index of their types in a
worker thread (https://github.com/aws/jsii, packages/@jsii/kernel/src/runtime-index.ts). A synth ends before that index
is written and takes the worker with it, so that each later synth would parse all their types again, for about 3 s. So
it is waited for here.
"""

from collections.abc import Mapping
from pathlib import Path

from bootstrap.paths import Paths
from bootstrap.tools import Tools

# Loads the bindings as main.py does, then waits until every package in the cache has its index.
_LOAD = """
import os, pathlib, sys, time
from stacks.bindings import load_lazily
load_lazily()
import cdktf_cdktf_provider_aws._jsii
packages = list(pathlib.Path(os.environ["JSII_RUNTIME_PACKAGE_CACHE_ROOT"]).rglob(".jsii-runtime-package-cache"))
deadline = time.monotonic() + 120
while not all(list(package.parent.glob(".jsii.runtime.v*.json")) for package in packages):
    time.monotonic() < deadline or sys.exit("Error: jsii did not write its index within 120 s")
    time.sleep(0.05)
"""


def warm(paths: Paths, tools: Tools, env: Mapping[str, str]) -> list[Path]:
    """Fill the cache and return its index files; `env` is the environment that verbs run in.

    jsii deletes what was not used for 30 days. That the index files are gone then is noticed, and mended.
    """
    tools.run("jsii", [str(paths.python), "-c", _LOAD], log="bindings", env=env, cwd=paths.root)
    return sorted(paths.jsii_cache.rglob(".jsii.runtime.v*.json"))
