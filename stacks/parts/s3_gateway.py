"""The way to S3 that stays inside AWS."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import (
    DataAwsIamPolicyDocument,
    DataAwsIamPolicyDocumentStatement,
)
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from config import Settings
from stacks.parts.endpoint_policy import as_identity_of, let_through


class S3Gateway(Construct):
    """A gateway endpoint for S3 on the private subnets' routes: free, and it spares NAT the image's layers.

    Its policy lets through what the tasks read: the data bucket and `task.readable_buckets`, as this account, and the
    layers of images, which ECR keeps in a bucket of its own and hands out by signed addresses. All else in S3 of this
    region is refused with 403, though NAT may lead to the internet: a task that was taken over brings nothing to a
    stranger's bucket.
    Deliberately not on the public subnets: nothing there calls S3, the load balancer's logs are delivered by AWS.
    Typed attributes: `prefix_list_id`, the addresses of S3 for a security group's rule.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, vpc_id: str, route_table_ids: list[str], name: str
    ) -> None:
        super().__init__(scope, id)
        prefix = f"arn:{DataAwsPartition(self, 'partition').partition}:s3:::"
        buckets = [f"{prefix}{name}" for name in (settings.data_bucket_name, *settings.task.readable_buckets)]
        policy = DataAwsIamPolicyDocument(
            self,
            "policy",
            statement=[
                # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
                let_through(
                    "ReadImageLayers",
                    actions=["s3:GetObject"],
                    resources=[f"{prefix}prod-{settings.aws.region}-starport-layer-bucket/*"],
                ),
                *self._sign_in_keys(settings, prefix),
                let_through(
                    "ReadData",
                    actions=["s3:GetObject", "s3:ListBucket"],
                    resources=[*buckets, *(f"{bucket}/*" for bucket in buckets)],
                    condition=as_identity_of(settings.aws.account_id),
                ),
            ],
        )
        endpoint = VpcEndpoint(
            self,
            "endpoint",
            vpc_id=vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{settings.aws.region}.s3",
            route_table_ids=route_table_ids,
            policy=policy.json,
            tags={"Name": f"{name}-s3"},
        )
        self.prefix_list_id = endpoint.prefix_list_id

    @staticmethod
    def _sign_in_keys(settings: Settings, prefix: str) -> list[DataAwsIamPolicyDocumentStatement]:
        """The load balancer's public keys, which in some regions are read from S3 itself.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding
        """
        if not settings.sign_in.enabled:
            return []
        keys = f"{prefix}aws-elb-public-keys-prod-{settings.aws.region}/*"
        return [let_through("ReadSignInKeys", actions=["s3:GetObject"], resources=[keys])]
