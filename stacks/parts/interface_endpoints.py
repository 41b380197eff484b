"""The ways to AWS services that stay inside the VPC."""

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocument
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from config import Settings
from stacks.parts.endpoint_actions import needed_actions
from stacks.parts.endpoint_policy import as_identity_of, let_through


class InterfaceEndpoints(Construct):
    """An endpoint in every private subnet for each AWS service that the tasks call, under the service's own name.

    Only identities of this account get through, for the actions that tasks need; their roles say on what. Each endpoint
    costs about 7.30 USD a month and zone, and 0.01 USD a GB: https://aws.amazon.com/privatelink/pricing/
    They are open to the private subnets, where only tasks are, before they take over the services' names: tasks that
    run meanwhile go on writing their logs. A rule of the service stack for its tasks' group would come too late.
    """

    def __init__(
        self, scope: Construct, id: str, *, settings: Settings, vpc_id: str, subnet_ids: list[str], name: str
    ) -> None:
        super().__init__(scope, id)
        self._account_id = settings.aws.account_id
        self._security_group = SecurityGroup(
            self,
            "access",
            name=f"{settings.deployment_name}-endpoints",
            description="Who may reach the VPC endpoints",
            vpc_id=vpc_id,
        )
        rules = self._build_rules([str(subnet) for subnet in settings.private_subnets])
        for service, actions in needed_actions(settings).items():
            role = service.replace(".", "_")
            VpcEndpoint(
                self,
                role,
                vpc_id=vpc_id,
                vpc_endpoint_type="Interface",
                service_name=f"com.amazonaws.{settings.aws.region}.{service}",
                private_dns_enabled=True,
                subnet_ids=subnet_ids,
                security_group_ids=[self._security_group.id],
                policy=self._build_policy(role, actions).json,
                tags={"Name": f"{name}-{service}"},
                depends_on=rules,
            )

    def _build_rules(self, private_cidrs: list[str]) -> list[VpcSecurityGroupIngressRule]:
        return [
            VpcSecurityGroupIngressRule(
                self,
                f"from_private_{index}",
                security_group_id=self._security_group.id,
                description="HTTPS from a private subnet",
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
            )
            for index, cidr in enumerate(private_cidrs)
        ]

    def _build_policy(self, role: str, actions: list[str]) -> DataAwsIamPolicyDocument:
        return DataAwsIamPolicyDocument(
            self,
            f"{role}_policy",
            statement=[
                let_through(
                    "CallAsThisAccount", actions=actions, resources=["*"], condition=as_identity_of(self._account_id)
                )
            ],
        )
