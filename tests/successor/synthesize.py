"""Synthesizes several environments as main.py does, in one process: `python -m tests.successor.synthesize`.

It runs in the environment of the tool, where neither pytest nor most of the project's packages are. stdin is a JSON
object: the variables of each environment by the folder that it is synthesized to. App reads `CDKTF_OUTDIR` in the
process of jsii, which starts once, so the folder is given to it.
"""

import json
import sys

from config import load_settings
from stacks.bindings import load_lazily


def main() -> None:
    """Synthesize all that stdin asks for."""
    load_lazily()
    from stacks.app import compose

    for folder, environ in json.load(sys.stdin).items():
        compose(load_settings(environ), outdir=folder).synth()


if __name__ == "__main__":
    main()
