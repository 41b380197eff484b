"""Attributes whose weaker values lose data, open something, or stop what protects the service."""

from ops.review.dangers.attributes import Attribute, added, down, fewer, less, lost, more, other, zero

_KEEP = "Leave it as it is, unless this is the plan to destroy it for good."
_READABLE = "Who can read the disks of AWS's service is limited by AWS's key alone: keep your own key."
_PROTECTION = "A later plan, or a slip in the console, destroys it without a question."
_ROLLBACK = "A bad version stays, and readers see it until somebody acts."
_SIGN_IN = "Passwords that were stolen or guessed are enough to get in."

_BLOCKS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")

DATA = (
    Attribute("aws_s3_bucket", ("force_destroy",), down(False), "danger", "force_destroy is switched on",
              f"`destroy`, or a plan that replaces the bucket, deletes all objects and versions. {_KEEP}"),
    Attribute("aws_ecr_repository", ("force_delete",), down(False), "danger", "force_delete is switched on",
              f"`destroy`, or a plan that replaces the repository, deletes all images. {_KEEP}"),
    Attribute("aws_s3_bucket_versioning", ("versioning_configuration", 0, "status"), down("Enabled"), "danger",
              "versioning is switched off: {before} -> {after}",
              "What is deleted or overwritten from now on cannot be had back, nor data rolled back."),
    Attribute("aws_kms_key", ("is_enabled",), down(True), "danger", "the key is disabled",
              "What is encrypted with it cannot be read until it is enabled again: the dashboard loses its data."),
    Attribute("aws_kms_key", ("deletion_window_in_days",), less, "danger",
              "the deletion of the key can be cancelled for {after} days, {before} before",
              "What is encrypted with a deleted key can never be read again: keep the longer window."),
    Attribute("aws_lb", ("enable_deletion_protection",), down(True), "danger", "deletion protection is switched off",
              f"{_PROTECTION} Its address would be lost."),
    Attribute("aws_cognito_user_pool", ("deletion_protection",), down("ACTIVE"), "danger",
              "deletion protection is switched off", f"{_PROTECTION} All readers' accounts would be lost."),
)  # fmt: skip

OPENINGS = (
    Attribute("aws_lb", ("internal",), down(True), "danger", "the load balancer faces the internet",
              "Everyone that its security groups allow reaches it: check those, or keep it internal."),
    Attribute("aws_ecs_service", ("network_configuration", 0, "assign_public_ip"), down(False), "danger",
              "tasks get public addresses", "Only their security group is between them and the internet."),
    Attribute("aws_subnet", ("map_public_ip_on_launch",), down(False), "danger",
              "machines in the subnet get public addresses",
              "Only their security groups are between them and the internet."),
    Attribute("aws_lb", ("security_groups",), added, "notice", "the load balancer takes on another security group",
              "Whom that group allows reaches the load balancer too."),
    Attribute("aws_ecs_service", ("network_configuration", 0, "security_groups"), added, "notice",
              "tasks take on another security group", "Whom that group allows reaches the tasks too."),
    Attribute("aws_s3_bucket_ownership_controls", ("rule", 0, "object_ownership"), down("BucketOwnerEnforced"),
              "danger", "ACLs count again", "ACLs can give away objects beside the bucket's policy."),
    *(
        Attribute("aws_s3_bucket_public_access_block", (block,), down(True), "danger", f"{block} is switched off",
                  "A policy or ACL can then open the bucket to everyone.")
        for block in _BLOCKS
    ),
)  # fmt: skip

SIGN_IN = (
    Attribute("aws_cognito_user_pool", ("admin_create_user_config", 0, "allow_admin_create_user_only"), down(True),
              "danger", "everyone can sign up", "Whoever has an e-mail address sees the dashboard."),
    Attribute("aws_cognito_user_pool", ("mfa_configuration",), down("OFF", "OPTIONAL", "ON"), "danger",
              "the second factor goes from {before} to {after}", _SIGN_IN),
    Attribute("aws_cognito_user_pool", ("password_policy", 0, "minimum_length"), less, "notice",
              "passwords may be shorter: {after} characters, {before} before", _SIGN_IN),
    Attribute("aws_lb", ("desync_mitigation_mode",), down("monitor", "defensive", "strictest"), "danger",
              "ambiguous requests are let through: {before} -> {after}",
              "Requests can be smuggled past the load balancer."),
    Attribute("aws_ecs_service", ("enable_execute_command",), down(False), "danger",
              "a shell in running tasks is switched on",
              "Whoever may call ecs:ExecuteCommand reads what the tasks read, their secrets too."),
)  # fmt: skip

ENCRYPTION = (
    Attribute("aws_s3_bucket_server_side_encryption_configuration",
              ("rule", 0, "apply_server_side_encryption_by_default", 0, "sse_algorithm"),
              down("AES256", "aws:kms", "aws:kms:dsse"), "danger",
              "new objects are encrypted with {after}, {before} before", _READABLE),
    Attribute("aws_cloudwatch_log_group", ("kms_key_id",), lost, "danger", "the log loses its own key", _READABLE),
    Attribute("aws_sns_topic", ("kms_master_key_id",), lost, "danger", "the topic loses its own key", _READABLE),
    Attribute("aws_kms_key", ("enable_key_rotation",), down(True), "danger", "the key is renewed no longer",
              "All that was ever encrypted hangs on one key for ever."),
)  # fmt: skip

SERVICE = (
    Attribute("aws_ecs_service", ("desired_count",), zero, "danger", "no task runs any more",
              "Nobody is served: destroy the service if that is what is meant."),
    Attribute("aws_appautoscaling_target", ("min_capacity",), zero, "danger", "scaling may stop the last task",
              "Nobody is served then, and no request starts a task again."),
    Attribute("aws_appautoscaling_target", ("max_capacity",), zero, "danger", "scaling stops all tasks",
              "Nobody is served: destroy the service if that is what is meant."),
    Attribute("aws_ecs_service", ("alarms", 0, "enable"), down(True), "danger",
              "alarms stop a deployment no longer", _ROLLBACK),
    Attribute("aws_ecs_service", ("alarms", 0, "rollback"), down(True), "danger",
              "alarms roll a deployment back no longer", _ROLLBACK),
    Attribute("aws_ecs_service", ("alarms", 0, "alarm_names"), fewer, "danger",
              "fewer alarms roll a deployment back", _ROLLBACK),
    Attribute("aws_lb_listener", ("port",), other, "danger", "the address is on port {after}, {before} before",
              "Everyone who opens or has saved the old address reaches nothing: redirect the old port to the new one."),
    Attribute("aws_ecs_service", ("load_balancer",), lost, "danger", "the load balancer loses the service",
              "Nobody is served."),
)  # fmt: skip

WATCHED = (
    Attribute("aws_lb", ("access_logs", 0, "enabled"), down(True), "danger", "access logs are switched off",
              "Who requested what is recorded no longer."),
    Attribute("aws_lb", ("connection_logs", 0, "enabled"), down(True), "danger", "connection logs are switched off",
              "Who connected, and with which TLS, is recorded no longer."),
    Attribute("aws_ecr_repository", ("image_scanning_configuration", 0, "scan_on_push"), down(True), "danger",
              "images are scanned no longer", "Nobody learns of known vulnerabilities in them."),
    Attribute("aws_cloudwatch_metric_alarm", ("actions_enabled",), down(True), "danger", "the alarm tells nobody",
              "It changes its colour in the console, and nobody hears of it."),
    Attribute("aws_cloudwatch_metric_alarm", ("alarm_actions",), fewer, "danger", "the alarm tells fewer",
              "Who was told hears of it no longer."),
    Attribute("aws_cloudwatch_metric_alarm", ("evaluation_periods",), more, "notice",
              "the alarm looks at {after} periods, {before} before", "It tells later, or never, of a short fault."),
    Attribute("aws_cloudwatch_metric_alarm", ("datapoints_to_alarm",), more, "notice",
              "the alarm waits for {after} bad periods, {before} before", "It tells later of a fault."),
    Attribute("aws_cloudwatch_metric_alarm", ("treat_missing_data",), down("breaching"), "notice",
              "missing data raise the alarm no longer", "What has stopped to measure looks healthy."),
    Attribute("aws_flow_log", ("traffic_type",), down("ALL"), "danger", "only some traffic is recorded: {after}",
              "Who talks to whom is recorded in part."),
)  # fmt: skip

RULES = tuple(
    attribute.rule for group in (DATA, OPENINGS, SIGN_IN, ENCRYPTION, SERVICE, WATCHED) for attribute in group
)
