"""Makes the AWS bindings load lazily: a synth takes about 1 s of CPU instead of 18 s, and 250 MB instead of 1.2 GB.

Why it exists. The bindings of the AWS provider hold a module for each of 2,135 services. Both their halves import all
of them at once, whichever of them is used:

- Python: `cdktf_cdktf_provider_aws/__init__.py` imports every submodule. An empty package of that name, placed in
  `sys.modules` before the first import, leaves submodules to be imported one by one, as written
  (`from cdktf_cdktf_provider_aws.vpc import Vpc`). Importing the package itself then yields an empty package.
- JavaScript: `lib/index.js`, which jsii's kernel loads, is 2,135 lines `exports.x = require("./x");` (with
  `__importStar` around it in those of CDK Terrain). A hook given to the kernel's node turns them into getters; the
  kernel only looks names up.

What is emitted is byte-identical without it: tests/stacks/test_bindings.py holds that, and bench/synth.py measures the
difference. `DASH_EAGER_BINDINGS=1` switches it off.

When it can go: once the bindings load lazily themselves (https://github.com/hashicorp/terraform-cdk/issues/2792 asked
for it; CDKTF is archived, CDK Terrain could), delete this file and its import in main.py.
"""

import importlib.util
import os
import sys
from importlib.machinery import PathFinder
from urllib.parse import quote

PACKAGE = "cdktf_cdktf_provider_aws"

_LAZY_INDEX_JS = r"""
import Module from "node:module";
const index = /[\\/]@cdkt[fn][\\/]provider-aws[\\/]lib[\\/]index\.js$/;
const eager = /^exports\.(\w+) = ((?:__importStar\()?require\("[^"]+"\)\)?);$/gm;
const getter = 'Object.defineProperty(exports, "$1", { enumerable: true, configurable: true, get: () => $2 });';
const compile = Module.prototype._compile;
Module.prototype._compile = function (source, file, ...rest) {
  return compile.call(this, index.test(file) ? source.replace(eager, getter) : source, file, ...rest);
};
"""


def load_lazily() -> None:
    """Arrange for the AWS bindings to load lazily. Call it before the first import of cdktf or of the bindings."""
    if os.environ.get("DASH_EAGER_BINDINGS") == "1" or PACKAGE in sys.modules:
        return
    spec = PathFinder.find_spec(PACKAGE)
    if spec is None:
        return  # the import that follows says what is missing
    spec.loader = None
    sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)
    options = (
        os.environ.get("NODE_OPTIONS", ""),
        f"--import=data:text/javascript,{quote(_LAZY_INDEX_JS)}",
        "--disable-warning=DEP0044",  # cdktf 0.21.0 calls util.isArray, which Node 22 and newer warn about
    )
    os.environ["NODE_OPTIONS"] = " ".join(filter(None, options))
