"""`./dashctl synth`."""


def synth() -> None:
    """Write the Terraform of every stack to cdktf.out."""
    from ops.session import deployment

    with deployment() as here:
        here.synth()
