"""Synthesizes environments as main.py does, all in one process: `python -m tests.synthesizer`.

Loading jsii and the bindings takes ten times as long as a synth. It may run in the environment of another tool, where
neither pytest nor most of the project's packages are. Each line of stdin is a JSON object: the variables of each
environment by the folder that it is synthesized to; each is answered with `done`. App reads `CDKTF_OUTDIR` in the
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

    for line in sys.stdin:
        for folder, environ in json.loads(line).items():
            compose(load_settings(environ), outdir=folder).synth()
        print("done", flush=True)


if __name__ == "__main__":
    main()
