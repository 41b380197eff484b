"""Who may deliver logs into the bucket of access logs, and under which prefix."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocumentStatement,
    DataAwsIamPolicyDocumentStatementCondition,
    DataAwsIamPolicyDocumentStatementPrincipals,
)

# What delivers adds "AWSLogs/<account>/…" itself, but for S3, whose prefix ends in a slash.
ALB_PREFIX = "load-balancer"
ALB_CONNECTIONS_PREFIX = "load-balancer-connections"
FLOW_LOGS_PREFIX = "network"
DATA_BUCKET_PREFIX = "data-bucket/"


def deliveries(
    bucket_arn: str, *, partition: str, region: str, account_id: str, data_bucket_name: str
) -> list[DataAwsIamPolicyDocumentStatement]:
    """Return the statements of the bucket's policy that let AWS deliver logs of this account, each under its prefix.

    - Load balancers:
      https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html and
      https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-connection-logging.html
    - The network. EC2 writes these two statements into the policy itself where it does not find them:
      https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    - The data bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    of_this_account = _condition("StringEquals", "aws:SourceAccount", account_id)
    of_this_accounts_network = [
        of_this_account,
        _condition("ArnLike", "aws:SourceArn", f"arn:{partition}:logs:{region}:{account_id}:*"),
    ]
    return [
        DataAwsIamPolicyDocumentStatement(
            sid="LoadBalancerLogs",
            principals=[_service("logdelivery.elasticloadbalancing.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=[
                f"{bucket_arn}/{prefix}/AWSLogs/{account_id}/*" for prefix in (ALB_PREFIX, ALB_CONNECTIONS_PREFIX)
            ],
            condition=[
                _condition(
                    "ArnLike",
                    "aws:SourceArn",
                    f"arn:{partition}:elasticloadbalancing:{region}:{account_id}:loadbalancer/*",
                )
            ],
        ),
        DataAwsIamPolicyDocumentStatement(
            sid="AWSLogDeliveryWrite",
            principals=[_service("delivery.logs.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=[f"{bucket_arn}/{FLOW_LOGS_PREFIX}/AWSLogs/{account_id}/*"],
            condition=[
                *of_this_accounts_network,
                _condition("StringEquals", "s3:x-amz-acl", "bucket-owner-full-control"),
            ],
        ),
        DataAwsIamPolicyDocumentStatement(
            sid="AWSLogDeliveryAclCheck",
            principals=[_service("delivery.logs.amazonaws.com")],
            actions=["s3:GetBucketAcl"],
            resources=[bucket_arn],
            condition=of_this_accounts_network,
        ),
        DataAwsIamPolicyDocumentStatement(
            sid="DataBucketLogs",
            principals=[_service("logging.s3.amazonaws.com")],
            actions=["s3:PutObject"],
            resources=[f"{bucket_arn}/{DATA_BUCKET_PREFIX}*"],
            condition=[
                of_this_account,
                _condition("ArnLike", "aws:SourceArn", f"arn:{partition}:s3:::{data_bucket_name}"),
            ],
        ),
    ]


def _service(name: str) -> DataAwsIamPolicyDocumentStatementPrincipals:
    return DataAwsIamPolicyDocumentStatementPrincipals(type="Service", identifiers=[name])


def _condition(test: str, variable: str, value: str) -> DataAwsIamPolicyDocumentStatementCondition:
    return DataAwsIamPolicyDocumentStatementCondition(test=test, variable=variable, values=[value])
