"""The app: every stack of an environment, wired to those that it needs."""

from cdktf import App
from cdktf_cdktf_provider_aws.iam_role import IamRole

from config import Settings
from stacks.alb import AlbStack
from stacks.alerts import AlertsStack
from stacks.base import BaseStack
from stacks.bucket import BucketStack
from stacks.ci import CiStack
from stacks.cluster import ClusterStack
from stacks.ecr import EcrStack
from stacks.emulator_gaps import ignore_forgotten
from stacks.encryption import EncryptionStack
from stacks.logs import LogsStack
from stacks.monitoring import MonitoringStack
from stacks.service import ServiceStack
from stacks.state import StateStack
from stacks.vpc import VpcStack


def compose(settings: Settings, *, outdir: str | None = None) -> App:
    """Return the app with its stacks, to be synthesized into `outdir` (default: `$CDKTF_OUTDIR`, else cdktf.out).

    Every environment has every stack; one whose feature is switched off is empty, so that the next deployment removes
    what it had made.
    """
    app = App(outdir=outdir)
    StateStack(app, settings)
    ci = CiStack(app, settings)
    encryption = EncryptionStack(app, settings)
    logs = LogsStack(app, settings)
    alerts = AlertsStack(app, settings, encryption=encryption)
    ecr = EcrStack(app, settings, encryption=encryption)
    bucket = BucketStack(app, settings, encryption=encryption, logs=logs)
    vpc = VpcStack(app, settings, logs=logs)
    cluster = ClusterStack(app, settings, encryption=encryption)
    alb = AlbStack(app, settings, encryption=encryption, vpc=vpc, logs=logs)
    cluster.add_dependency(vpc)
    service = ServiceStack(
        app,
        settings,
        encryption=encryption,
        ecr=ecr,
        vpc=vpc,
        cluster=cluster,
        alb=alb,
        bucket=bucket,
        alerts=alerts,
    )
    if ci.task_boundary_arn:
        bind_roles(service, boundary_arn=ci.task_boundary_arn)
    MonitoringStack(app, settings, vpc=vpc, cluster=cluster, alb=alb, service=service, alerts=alerts)
    if settings.local:
        ignore_forgotten(app, settings.local.ignore_changes)
    return app


def bind_roles(stack: BaseStack, *, boundary_arn: str) -> None:
    """Give every role of a stack a boundary, without which a pipeline can neither make nor change it."""
    for construct in stack.node.find_all():
        if isinstance(construct, IamRole):
            construct.permissions_boundary = boundary_arn
