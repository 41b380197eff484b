"""What ./dashctl runs: `python bootstrap/__main__.py VERB …`."""

import os
import sys
from pathlib import Path

# The launcher starts Python isolated (-I), which leaves this wish of the caller out.
sys.dont_write_bytecode = bool(os.environ.get("PYTHONDONTWRITEBYTECODE"))
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bootstrap.cli import main  # noqa: E402  (importable from here on)

if __name__ == "__main__":
    sys.exit(main(ROOT, sys.argv[1:]))
