"""How many tasks run."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.appautoscaling_policy import (
    AppautoscalingPolicy,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification,
)
from cdktf_cdktf_provider_aws.appautoscaling_scheduled_action import (
    AppautoscalingScheduledAction,
    AppautoscalingScheduledActionScalableTargetAction,
)
from cdktf_cdktf_provider_aws.appautoscaling_target import AppautoscalingTarget
from cdktf_cdktf_provider_aws.ecs_service import EcsService
from constructs import Construct

from config.sections.compute import Scaling

# Tasks are there within a minute, and a dashboard's readers come in waves: adding is quick, removing slow.
_OUT_SECONDS, _IN_SECONDS = 60, 300


class ServiceScaling(Construct):
    """Adds tasks when CPU or requests go above their targets, removes them below, and keeps few outside of work.

    Outside of working hours minimum and maximum are the same, so that nothing scales.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        scaling: Scaling,
        service: EcsService,
        cluster_name: str,
        load_balancer_arn_suffix: str,
        target_group_arn_suffix: str,
    ) -> None:
        super().__init__(scope, id)
        self._target = AppautoscalingTarget(
            self,
            "target",
            service_namespace="ecs",
            resource_id=f"service/{cluster_name}/{service.name}",
            scalable_dimension="ecs:service:DesiredCount",
            min_capacity=scaling.minimum,
            max_capacity=scaling.maximum,
            # The schedule moves both, and a plan in the evening would want them back.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["min_capacity", "max_capacity"])
            if scaling.off_hours_tasks is not None
            else None,
        )
        self._track("cpu", "ECSServiceAverageCPUUtilization", scaling.cpu_percent)
        self._track(
            "requests",
            "ALBRequestCountPerTarget",
            scaling.requests_per_minute,
            f"{load_balancer_arn_suffix}/{target_group_arn_suffix}",
        )
        if scaling.off_hours_tasks is not None:
            self._schedule("work_ends", scaling, scaling.work_ends, scaling.off_hours_tasks, scaling.off_hours_tasks)
            self._schedule("work_begins", scaling, scaling.work_begins, scaling.minimum, scaling.maximum)

    def _track(self, id: str, metric: str, value: int, label: str | None = None) -> None:
        AppautoscalingPolicy(
            self,
            id,
            name=id,
            policy_type="TargetTrackingScaling",
            service_namespace=self._target.service_namespace,
            resource_id=self._target.resource_id,
            scalable_dimension=self._target.scalable_dimension,
            target_tracking_scaling_policy_configuration=AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration(
                target_value=value,
                scale_out_cooldown=_OUT_SECONDS,
                scale_in_cooldown=_IN_SECONDS,
                predefined_metric_specification=AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification(
                    predefined_metric_type=metric, resource_label=label
                ),
            ),
        )

    def _schedule(self, id: str, scaling: Scaling, clock: str, minimum: int, maximum: int) -> None:
        hour, minute = map(int, clock.split(":"))
        AppautoscalingScheduledAction(
            self,
            id,
            name=id,
            service_namespace=self._target.service_namespace,
            resource_id=self._target.resource_id,
            scalable_dimension=self._target.scalable_dimension,
            # https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
            schedule=f"cron({minute} {hour} ? * {scaling.work_days} *)",
            timezone=scaling.time_zone,
            scalable_target_action=AppautoscalingScheduledActionScalableTargetAction(
                min_capacity=str(minimum), max_capacity=str(maximum)
            ),
        )
