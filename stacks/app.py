"""The app: every stack of an environment, wired to those that it needs."""

from cdktf import App

from config import Settings
from stacks.alb import AlbStack
from stacks.bucket import BucketStack
from stacks.cluster import ClusterStack
from stacks.ecr import EcrStack
from stacks.service import ServiceStack
from stacks.state import StateStack
from stacks.vpc import VpcStack


def compose(settings: Settings, *, outdir: str | None = None) -> App:
    """Return the app with its stacks, to be synthesized into `outdir` (default: `$CDKTF_OUTDIR`, else cdktf.out)."""
    app = App(outdir=outdir)
    StateStack(app, settings)
    ecr = EcrStack(app, settings)
    bucket = BucketStack(app, settings)
    vpc = VpcStack(app, settings)
    cluster = ClusterStack(app, settings)
    alb = AlbStack(app, settings, vpc=vpc)
    cluster.add_dependency(vpc)
    ServiceStack(app, settings, ecr=ecr, vpc=vpc, cluster=cluster, alb=alb, bucket=bucket)
    return app
