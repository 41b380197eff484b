"""Whether something is still there: asked of the services, by ARNs as AWS writes them."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.model import OperationModel
from botocore.stub import Stubber

from ops.aws import Aws
from ops.errors import OpsError
from ops.teardown.arn import Arn
from ops.teardown.existence import _LOOKS, is_there

HERE = "us-east-1:111111111111"
NAT = Arn.of(f"arn:aws:ec2:{HERE}:natgateway/nat-1")
TASK_DEFINITION = Arn.of(f"arn:aws:ecs:{HERE}:task-definition/app:3")
SERVICE = Arn.of(f"arn:aws:ecs:{HERE}:service/Cluster/Service")
TASK = Arn.of(f"arn:aws:ecs:{HERE}:task/Cluster/abc")
CLUSTER = Arn.of(f"arn:aws:ecs:{HERE}:cluster/Cluster")
LISTENER = Arn.of(f"arn:aws:elasticloadbalancing:{HERE}:listener/app/Alb/1/2")
RULE = Arn.of(f"arn:aws:elasticloadbalancing:{HERE}:listener-rule/app/Alb/1/2/3")
LOAD_BALANCER = Arn.of(f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/app/Alb/1")
TARGET_GROUP = Arn.of(f"arn:aws:elasticloadbalancing:{HERE}:targetgroup/Target/1")
ALARM = Arn.of(f"arn:aws:cloudwatch:{HERE}:alarm:dash-cpu")
LOG_GROUP = Arn.of(f"arn:aws:logs:{HERE}:log-group:/ecs/app:*")


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "kind", "identifier"),
    [
        (VPC := f"arn:aws:ec2:{HERE}:vpc/vpc-1", "ec2:vpc", "vpc-1"),
        ("arn:aws:s3:::plotly-dash", "s3", "plotly-dash"),
        (f"arn:aws:sns:{HERE}:alerts", "sns", "alerts"),
        (f"arn:aws:logs:{HERE}:log-group:/ecs/app", "logs:log-group", "/ecs/app"),
        (f"arn:aws:logs:{HERE}:log-group:/ecs/app:*", "logs:log-group", "/ecs/app"),
        (f"arn:aws:ecs:{HERE}:task-definition/app:3", "ecs:task-definition", "app:3"),
        (f"arn:aws:ecr:{HERE}:repository/team/app", "ecr:repository", "team/app"),
        ("arn:aws-cn:cloudwatch:cn-north-1:1:alarm:a/b", "cloudwatch:alarm", "a/b"),
    ],
)
def test_an_arn_is_taken_apart(text: str, kind: str, identifier: str) -> None:
    assert Arn.of(text) == Arn(text, kind, identifier)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("arn", "client", "operation", "answer", "there"),
    [
        (NAT, "ec2", "describe_nat_gateways", {"NatGateways": [{"State": "available"}]}, True),
        (NAT, "ec2", "describe_nat_gateways", {"NatGateways": [{"State": "deleted"}]}, False),
        (NAT, "ec2", "describe_nat_gateways", {"NatGateways": []}, False),
        (Arn.of(VPC), "ec2", "describe_vpcs", {"Vpcs": [{"VpcId": "vpc-1", "State": "available"}]}, True),
        (CLUSTER, "ecs", "describe_clusters", {"clusters": [{"status": "ACTIVE"}]}, True),
        (CLUSTER, "ecs", "describe_clusters", {"clusters": [{"status": "INACTIVE"}]}, False),
        (SERVICE, "ecs", "describe_services", {"services": [{"status": "DRAINING"}]}, True),
        (SERVICE, "ecs", "describe_services", {"services": [{"status": "INACTIVE"}]}, False),
        (TASK, "ecs", "describe_tasks", {"tasks": [{"lastStatus": "RUNNING"}]}, True),
        (TASK, "ecs", "describe_tasks", {"tasks": [{"lastStatus": "STOPPED"}]}, False),
        (TASK_DEFINITION, "ecs", "describe_task_definition", {"taskDefinition": {"status": "ACTIVE"}}, True),
        (TASK_DEFINITION, "ecs", "describe_task_definition", {"taskDefinition": {"status": "INACTIVE"}}, False),
        (ALARM, "cloudwatch", "describe_alarms", {"MetricAlarms": [{}]}, True),
        (ALARM, "cloudwatch", "describe_alarms", {"MetricAlarms": []}, False),
        (LOG_GROUP, "logs", "describe_log_groups", {"logGroups": [{"logGroupName": "/ecs/app"}]}, True),
        (LOG_GROUP, "logs", "describe_log_groups", {"logGroups": [{"logGroupName": "/ecs/app2"}]}, False),
        (LISTENER, "elbv2", "describe_listeners", {"Listeners": [{}]}, True),
        (RULE, "elbv2", "describe_rules", {"Rules": [{}]}, True),
        (LOAD_BALANCER, "elbv2", "describe_load_balancers", {"LoadBalancers": [{}]}, True),
        (TARGET_GROUP, "elbv2", "describe_target_groups", {"TargetGroups": [{}]}, True),
    ],
)
def test_the_service_is_asked(
    aws: Aws, arn: Arn, client: str, operation: str, answer: dict[str, Any], there: bool
) -> None:
    with Stubber(getattr(aws, client)) as stub:
        stub.add_response(operation, answer)

        assert is_there(aws, arn) is there


@pytest.mark.unit
@pytest.mark.parametrize(
    ("arn", "client", "operation", "code"),
    [
        (SERVICE, "ecs", "describe_services", "ClusterNotFoundException"),
        (TASK, "ecs", "describe_tasks", "ClusterNotFoundException"),
        (TASK_DEFINITION, "ecs", "describe_task_definition", "ClientException"),
        (LISTENER, "elbv2", "describe_listeners", "ListenerNotFound"),
        (RULE, "elbv2", "describe_rules", "RuleNotFound"),
        (LOAD_BALANCER, "elbv2", "describe_load_balancers", "LoadBalancerNotFound"),
        (TARGET_GROUP, "elbv2", "describe_target_groups", "TargetGroupNotFound"),
        (Arn.of(VPC), "ec2", "describe_vpcs", "InvalidVpcID.NotFound"),
        (NAT, "ec2", "describe_nat_gateways", "NatGatewayNotFound"),
        (Arn.of(f"arn:aws:ecr:{HERE}:repository/app"), "ecr", "describe_repositories", "RepositoryNotFoundException"),
        (Arn.of("arn:aws:s3:::data"), "s3", "head_bucket", "404"),
    ],
)
def test_what_is_not_found_is_gone(aws: Aws, arn: Arn, client: str, operation: str, code: str) -> None:
    with Stubber(getattr(aws, client)) as stub:
        stub.add_client_error(operation, code)

        assert not is_there(aws, arn)


@pytest.mark.unit
@pytest.mark.parametrize("kind", sorted(kind for kind in _LOOKS if kind.startswith("ec2:")))
def test_ec2_has_what_it_is_asked_with(aws: Aws, kind: str) -> None:
    """Botocore refuses an argument that an operation does not have, and the answer has the member that is read."""
    asked = []

    def answer(*, model: OperationModel, **_: object) -> tuple[object, dict[str, Any]]:
        assert model.output_shape is not None
        asked.append(model.name)
        return AWSResponse("", 200, HTTPHeaders(), None), {
            name: [{"State": "available"}] for name in model.output_shape.members
        }

    aws.ec2.meta.events.register_first("before-call.ec2", answer)  # type: ignore[arg-type]
    try:
        assert is_there(aws, Arn(f"arn:aws:{kind}/one", kind, "one"))
    finally:
        aws.ec2.meta.events.unregister("before-call.ec2", answer)  # type: ignore[arg-type]
    assert len(asked) == 1


@pytest.mark.unit
def test_another_refusal_is_an_error(aws: Aws) -> None:
    with Stubber(aws.ecs) as ecs:
        ecs.add_client_error("describe_clusters", "AccessDeniedException", "no")

        with pytest.raises(OpsError, match="AWS refuses DescribeClusters: no"):
            is_there(aws, CLUSTER)


@pytest.mark.unit
@pytest.mark.parametrize(("state", "there"), [("Enabled", True), ("Disabled", True), ("PendingDeletion", False)])
def test_a_key_that_is_to_be_deleted_goes_by_itself(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, state: str, there: bool
) -> None:
    class Kms:
        def describe_key(self, **asked: str) -> dict[str, Any]:
            assert asked == {"KeyId": "k-1"}
            return {"KeyMetadata": {"KeyState": state}}

    monkeypatch.setitem(aws.__dict__, "kms", Kms())

    assert is_there(aws, Arn.of(f"arn:aws:kms:{HERE}:key/k-1")) is there


@pytest.mark.unit
def test_of_a_kind_that_nobody_can_be_asked_about_the_list_is_believed(aws: Aws) -> None:
    assert is_there(aws, Arn.of(f"arn:aws:sns:{HERE}:alerts"))


@pytest.mark.emulator
@pytest.mark.xdist_group("ops_emulator")
def test_a_network_is_there_until_it_is_deleted(emulated: Aws) -> None:
    ec2, account = emulated.ec2, "us-east-1:000000000000"
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    group = ec2.create_security_group(GroupName="any", Description="any", VpcId=vpc)["GroupId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    made: dict[str, tuple[str, Callable[[], object]]] = {
        "network-interface": (interface, lambda: ec2.delete_network_interface(NetworkInterfaceId=interface)),
        "security-group": (group, lambda: ec2.delete_security_group(GroupId=group)),
        "route-table": (table, lambda: ec2.delete_route_table(RouteTableId=table)),
        "internet-gateway": (gateway, lambda: ec2.delete_internet_gateway(InternetGatewayId=gateway)),
        "elastic-ip": (address, lambda: ec2.release_address(AllocationId=address)),
        "subnet": (subnet, lambda: ec2.delete_subnet(SubnetId=subnet)),
        "vpc": (vpc, lambda: ec2.delete_vpc(VpcId=vpc)),
    }
    for kind, (identifier, delete) in made.items():
        arn = Arn.of(f"arn:aws:ec2:{account}:{kind}/{identifier}")
        assert is_there(emulated, arn), kind
        delete()
        assert not is_there(emulated, arn), kind


@pytest.mark.emulator
@pytest.mark.xdist_group("ops_emulator")
def test_buckets_repositories_and_keys_are_there_until_they_are_deleted(emulated: Aws) -> None:
    name = f"t-{uuid.uuid4().hex}"
    emulated.s3.create_bucket(Bucket=name)
    bucket = Arn.of(f"arn:aws:s3:::{name}")
    repository = Arn.of(emulated.ecr.create_repository(repositoryName=name)["repository"]["repositoryArn"])
    kms = emulated.kms
    key = Arn.of(kms.create_key()["KeyMetadata"]["Arn"])
    assert all(is_there(emulated, arn) for arn in (bucket, repository, key))

    emulated.s3.delete_bucket(Bucket=name)
    emulated.ecr.delete_repository(repositoryName=name)
    kms.schedule_key_deletion(KeyId=key.id, PendingWindowInDays=30)

    assert not any(is_there(emulated, arn) for arn in (bucket, repository, key))
