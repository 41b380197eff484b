"""Which resources of the account are this environment's, by the types of Terraform; those of EC2 are in network.py."""

from config import Settings
from stacks.parts.pipeline.scope import Scope
from stacks.parts.pipeline.statements import Arns, owned


def scopes(settings: Settings, arns: Arns) -> dict[str, list[Scope]]:
    """Return where the resources of each type are, in parts that are a policy each."""
    return {
        "stored": _stored(settings, arns),
        "entrance": _entrance(settings, arns),
        "running": [*_running(settings, arns), *_watching(settings, arns), *_identities(settings, arns)],
    }


def task_roles(settings: Settings, arns: Arns) -> tuple[str, ...]:
    """Return the ARNs of the roles of the dashboard's tasks."""
    return tuple(arns.everywhere("iam", f"role/{settings.service_name}-{role}") for role in ("execution", "task"))


def pipelines(settings: Settings, arns: Arns) -> tuple[str, ...]:
    """Return the ARNs of what the `ci` stack makes."""
    return (
        arns.everywhere("iam", "oidc-provider/token.actions.githubusercontent.com"),
        arns.everywhere("iam", f"policy/{settings.deployment_name}-*"),
        arns.everywhere("iam", f"role/{settings.deploy_role_name}"),
        arns.everywhere("iam", f"role/{settings.review_role_name}"),
    )


def _stored(settings: Settings, arns: Arns) -> list[Scope]:
    buckets = (settings.state_bucket_name, settings.access_logs_bucket_name, settings.data_bucket_name)
    log_groups = (settings.log_group_name, settings.exec_log_group_name, settings.waf_log_group_name)
    return [
        Scope(
            sid="Buckets",
            types=(
                "aws_s3_bucket",
                "aws_s3_bucket_lifecycle_configuration",
                "aws_s3_bucket_logging",
                "aws_s3_bucket_ownership_controls",
                "aws_s3_bucket_policy",
                "aws_s3_bucket_public_access_block",
                "aws_s3_bucket_server_side_encryption_configuration",
                "aws_s3_bucket_versioning",
            ),
            resources=tuple(arns.unique("s3", bucket) for bucket in buckets),
        ),
        Scope(
            sid="Registry",
            types=("aws_ecr_lifecycle_policy", "aws_ecr_repository"),
            resources=(arns.regional("ecr", f"repository/{settings.repository_name}"),),
        ),
        Scope(
            sid="Key",
            types=("aws_kms_alias", "aws_kms_key"),
            resources=(arns.regional("kms", "key/*"),),
            conditions=owned(settings),
        ),
        Scope(
            sid="LogGroups",
            types=("aws_cloudwatch_log_group",),
            resources=tuple(
                arns.regional("logs", f"log-group:{group}{of_it}") for group in log_groups for of_it in ("", ":*")
            ),
        ),
    ]


def _entrance(settings: Settings, arns: Arns) -> list[Scope]:
    name, balancer = settings.deployment_name, f"app/{settings.load_balancer_name}/*"
    load_balancer = arns.regional("elasticloadbalancing", f"loadbalancer/{balancer}")
    scopes = [
        Scope(
            sid="LoadBalancer",
            types=("aws_lb", "aws_lb_listener", "aws_lb_listener_rule", "aws_lb_target_group"),
            resources=(
                load_balancer,
                arns.regional("elasticloadbalancing", f"listener/{balancer}"),
                arns.regional("elasticloadbalancing", f"listener-rule/{balancer}"),
                arns.regional("elasticloadbalancing", f"targetgroup/{settings.target_group_name}/*"),
            ),
        ),
        # https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html
        Scope(
            sid="Firewall",
            types=("aws_wafv2_web_acl", "aws_wafv2_web_acl_association", "aws_wafv2_web_acl_logging_configuration"),
            resources=(
                load_balancer,
                arns.regional("wafv2", f"regional/webacl/{name}/*"),
                arns.regional("wafv2", "regional/managedruleset/*/*"),
            ),
        ),
        Scope(
            sid="Readers",
            types=("aws_cognito_user_pool", "aws_cognito_user_pool_domain"),
            resources=(arns.regional("cognito-idp", "userpool/*"),),
            conditions=owned(settings),
        ),
        Scope(
            sid="SecretsOfSignIn",
            types=("aws_cloudformation_stack",),
            resources=(arns.regional("cloudformation", f"stack/{name}-sign-in-*/*"),),
        ),
        Scope(
            sid="Certificate",
            types=("aws_acm_certificate", "aws_acm_certificate_validation"),
            resources=(arns.regional("acm", "certificate/*"),),
            conditions=owned(settings),
        ),
    ]
    if settings.https.domain and settings.https.zone_id:
        zone = arns.unique("route53", f"hostedzone/{settings.https.zone_id}")
        changes = arns.unique("route53", "change/*")
        scopes.append(Scope(sid="Names", types=("aws_route53_record",), resources=(zone, changes)))
    return scopes


def _running(settings: Settings, arns: Arns) -> list[Scope]:
    service = f"{settings.cluster_name}/{settings.service_name}"
    return [
        Scope(
            sid="Tasks",
            types=(
                "aws_ecs_cluster",
                "aws_ecs_cluster_capacity_providers",
                "aws_ecs_service",
                "aws_ecs_task_definition",
            ),
            resources=(
                arns.regional("ecs", f"cluster/{settings.cluster_name}"),
                arns.regional("ecs", f"service/{service}"),
                arns.regional("ecs", f"service-deployment/{service}/*"),
                arns.regional("ecs", f"service-revision/{service}/*"),
                arns.regional("ecs", f"task-definition/{settings.task_family}:*"),
            ),
        ),
        Scope(
            sid="Scaling",
            types=("aws_appautoscaling_policy", "aws_appautoscaling_scheduled_action", "aws_appautoscaling_target"),
            resources=(arns.regional("application-autoscaling", "scalable-target/*"),),
            conditions=owned(settings),
        ),
    ]


def _watching(settings: Settings, arns: Arns) -> list[Scope]:
    name = settings.deployment_name
    return [
        Scope(
            sid="Alarms",
            types=("aws_cloudwatch_metric_alarm",),
            resources=(arns.regional("cloudwatch", f"alarm:{name}-*"),),
        ),
        Scope(
            sid="GraphPage",
            types=("aws_cloudwatch_dashboard",),
            resources=(arns.everywhere("cloudwatch", f"dashboard/{name}"),),
        ),
        Scope(
            sid="Topic",
            types=("aws_sns_topic", "aws_sns_topic_policy", "aws_sns_topic_subscription"),
            resources=(arns.regional("sns", f"{name}-alerts"),),
        ),
    ]


def _identities(settings: Settings, arns: Arns) -> list[Scope]:
    return [
        Scope(sid="TaskRoles", types=("aws_iam_role", "aws_iam_role_policy"), resources=task_roles(settings, arns)),
        Scope(
            sid="Pipelines",
            types=(
                "aws_iam_openid_connect_provider",
                "aws_iam_policy",
                "aws_iam_role",
                "aws_iam_role_policy_attachment",
            ),
            resources=pipelines(settings, arns),
            changed=False,
        ),
    ]
