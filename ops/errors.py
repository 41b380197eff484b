"""What ends a verb."""


class OpsError(Exception):
    """A fault that the reader can mend: one line for each problem, that says what is wrong and what to do.

    The command line prints it without a traceback and exits with 1.
    """
