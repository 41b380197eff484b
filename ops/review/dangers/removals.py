"""Resources that are destroyed, or replaced by new ones, and what goes with them."""

from collections.abc import Mapping

from ops.review.dangers.removal import Removal
from ops.review.dangers.rule import Rule

_ADDRESS = "Everyone who opens, allows or has saved the old address no longer reaches anything there."
_INSIDE = "Everything in it is replaced too, and nobody reaches the dashboard meanwhile: add a new one beside it first."
_UNWATCHED = "Nobody is told when that happens again; keep it, or say in the review what takes its place."

#: By type, the most serious first.
REMOVALS: Mapping[str, Removal] = {
    "aws_s3_bucket": Removal(
        "the bucket",
        "Its objects are lost with all their versions, or the apply fails because it is not empty: copy them first.",
    ),
    "aws_kms_key": Removal(
        "the key",
        "What is encrypted with it can never be read again once its deletion window is over; until then an "
        "administrator can cancel that.",
    ),
    "aws_cognito_user_pool": Removal(
        "the user pool", "All readers' accounts are lost, and everyone has to be invited again: export them first."
    ),
    "aws_ecr_repository": Removal(
        "the repository", "Its images are lost: the service cannot start tasks, nor go back to an earlier version."
    ),
    "aws_cloudwatch_log_group": Removal("the log group", "What was logged is lost: export it first if it matters."),
    "aws_route53_zone": Removal(
        "the zone", f"Every name in it is lost, and a new zone has other name servers. {_ADDRESS}"
    ),
    "aws_db_instance": Removal("the database", "Its data are lost: take a snapshot first."),
    "aws_rds_cluster": Removal("the database", "Its data are lost: take a snapshot first."),
    "aws_dynamodb_table": Removal("the table", "Its items are lost: take a backup first."),
    "aws_efs_file_system": Removal("the file system", "Its files are lost: take a backup first."),
    "aws_secretsmanager_secret": Removal("the secret", "What reads it fails: tasks that need it do not start."),
    "aws_vpc": Removal("the network", _INSIDE),
    "aws_subnet": Removal("the subnet", _INSIDE),
    "aws_lb": Removal("the load balancer", f"It gets another host name. {_ADDRESS}"),
    "aws_eip": Removal(
        "the public address", "AWS gives it to others: whoever lets the dashboard in by this address refuses it then."
    ),
    "aws_route53_record": Removal(
        "the DNS record",
        _ADDRESS,
        same=("name", "type"),
        # Nobody opens these: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        unless=lambda record: str(record.value("name")).startswith("_"),
    ),
    "aws_cognito_user_pool_domain": Removal(
        "the address of the sign-in pages", "Nobody can sign in until it is there again.", of="user_pool_id"
    ),
    "aws_lb_listener": Removal(
        "the listener", _ADDRESS, replaced=False, same=("load_balancer_arn", "port"), of="load_balancer_arn"
    ),
    "aws_lb_target_group": Removal(
        "the target group", "No task gets requests until those of the new one are healthy: nobody is served meanwhile."
    ),
    "aws_ecs_cluster": Removal("the cluster", "All tasks are stopped, and nobody is served meanwhile."),
    "aws_ecs_service": Removal(
        "the service", "All its tasks stop at once, and nobody is served until the new ones are healthy."
    ),
    "aws_internet_gateway": Removal("the internet gateway", "Nobody reaches the load balancer meanwhile."),
    "aws_nat_gateway": Removal(
        "the NAT gateway", "Tasks in its zone do not reach the internet meanwhile, nor AWS without endpoints.", "notice"
    ),
    "aws_route_table": Removal("the route table", "Its subnets reach nothing outside the network meanwhile.", "notice"),
    "aws_route": Removal("the route", "What was reached through it is reached no longer.", "notice", replaced=False),
    "aws_vpc_endpoint": Removal(
        "the endpoint", "AWS is then reached through the internet, where there is a way to it.", "notice"
    ),
    "aws_s3_bucket_versioning": Removal(
        "versioning", "What is deleted or overwritten cannot be had back, nor data rolled back.", of="bucket"
    ),
    "aws_s3_bucket_public_access_block": Removal(
        "the public access block",
        "A policy or ACL can then open the bucket to everyone.",
        replaced=False,
        same=("bucket",),
        of="bucket",
    ),
    "aws_s3_bucket_ownership_controls": Removal(
        "the ban on ACLs", "ACLs can then give away objects beside the policy.", replaced=False, of="bucket"
    ),
    "aws_s3_bucket_server_side_encryption_configuration": Removal(
        "the encryption", "New objects are encrypted with a key of S3's, not yours.", replaced=False, of="bucket"
    ),
    "aws_s3_bucket_logging": Removal(
        "the access log", "Who reads the bucket is recorded no longer.", replaced=False, of="bucket"
    ),
    "aws_s3_bucket_lifecycle_configuration": Removal(
        "the lifecycle", "Old versions are kept, and paid for, for ever.", "notice", replaced=False, of="bucket"
    ),
    "aws_ecr_lifecycle_policy": Removal(
        "the lifecycle", "Old images are kept, and paid for, for ever.", "notice", replaced=False, of="repository"
    ),
    "aws_kms_alias": Removal("the key's name", "What uses the key by this name fails.", "notice", of="target_key_id"),
    "aws_wafv2_web_acl": Removal("the web firewall", "Requests that it blocked reach the dashboard."),
    "aws_wafv2_web_acl_association": Removal(
        "the web firewall of the load balancer",
        "Requests that it blocked reach the dashboard.",
        replaced=False,
        of="web_acl_arn",
    ),
    "aws_wafv2_web_acl_logging_configuration": Removal(
        "the web firewall's log", "What it blocks is recorded no longer.", replaced=False, of="resource_arn"
    ),
    "aws_cloudwatch_metric_alarm": Removal("the alarm", _UNWATCHED, replaced=False, same=("alarm_name",)),
    "aws_sns_topic": Removal("the topic of the alarms", "Everyone who is told of alarms has to subscribe again."),
    "aws_sns_topic_subscription": Removal(
        "a subscription to the alarms",
        _UNWATCHED,
        same=("topic_arn", "protocol", "endpoint"),
        of="topic_arn",
    ),
    "aws_flow_log": Removal("the network's log", "Who talks to whom is recorded no longer.", replaced=False),
    "aws_cloudwatch_dashboard": Removal("the page of graphs", "Its graphs are gone.", "notice", replaced=False),
    "aws_appautoscaling_target": Removal("scaling", "The number of tasks no longer follows the load.", "notice"),
    "aws_appautoscaling_policy": Removal(
        "a rule of scaling", "The number of tasks no longer follows that.", "notice", replaced=False, of="resource_id"
    ),
    "aws_acm_certificate": Removal(
        "the certificate", "Browsers refuse an address that it alone is valid for.", "notice", replaced=False
    ),
    "aws_iam_openid_connect_provider": Removal(
        "the identity provider", "Pipelines that sign in through it can no longer deploy."
    ),
}

RULES = tuple(Rule((type_,), removal.judge) for type_, removal in REMOVALS.items())
