"""The way from the load balancer's address to the tasks."""

from cdktf_cdktf_provider_aws.lb_listener import LbListener, LbListenerDefaultAction
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup, LbTargetGroupHealthCheck, LbTargetGroupStickiness
from constructs import Construct

from config import Settings


class LoadBalancedTarget(Construct):
    """A target group of task addresses, and the listener that forwards to it.

    Typed attributes: `target_group`, `listener`.
    """

    def __init__(self, scope: Construct, id: str, *, settings: Settings, vpc_id: str, load_balancer_arn: str) -> None:
        super().__init__(scope, id)
        target_group = settings.target_group
        self.target_group = LbTargetGroup(
            self,
            "target_group",
            name=settings.target_group_name,
            target_type="ip",
            vpc_id=vpc_id,
            protocol="HTTP",
            port=settings.task.port,
            deregistration_delay=str(settings.timeouts.deregistration_delay_seconds),
            stickiness=LbTargetGroupStickiness(
                type="lb_cookie",
                enabled=target_group.stickiness_seconds > 0,
                cookie_duration=target_group.stickiness_seconds or None,
            ),
            health_check=LbTargetGroupHealthCheck(
                path=target_group.health_check_path,
                port=str(settings.task.port),
                protocol="HTTP",
                matcher="200",
                interval=target_group.health_check_interval_seconds,
                timeout=target_group.health_check_timeout_seconds,
                healthy_threshold=target_group.healthy_threshold,
                unhealthy_threshold=target_group.unhealthy_threshold,
            ),
        )
        self.listener = LbListener(
            self,
            "listener",
            load_balancer_arn=load_balancer_arn,
            protocol="HTTP",
            port=settings.alb.listener_port,
            default_action=[LbListenerDefaultAction(type="forward", target_group_arn=self.target_group.arn)],
        )
