"""Each rule of ours fails where its demand is broken, and only it; what is not known at plan time fails too."""

import json
from collections.abc import Callable

import pytest

from ops.policy.rules import ALL
from ops.policy.rules.rule import scan_with
from tests.ops.policy.plans import ANYWHERE, GoodPlan

pytestmark = pytest.mark.unit

TASK, SERVICE = "aws_ecs_task_definition.task", "aws_ecs_service.service"
INGRESS, EGRESS = "aws_vpc_security_group_ingress_rule.public", "aws_vpc_security_group_egress_rule.https"
GROUP, OLD = "aws_security_group.inline", "aws_security_group_rule.old"
HTTP, HTTPS, BALANCER = "aws_lb_listener.http", "aws_lb_listener.https", "aws_lb.load_balancer"
NIGHT, TARGET = "aws_appautoscaling_scheduled_action.night", "aws_appautoscaling_target.tasks"
ROLE, READ, LOGIN = "aws_iam_role.task", "aws_iam_role_policy.task", "aws_iam_role_policy.login"
KEY, TOPIC = "aws_kms_key.key", "aws_sns_topic_policy.alarms"
BUCKET, TLS, BLOCK = "aws_s3_bucket.data", "aws_s3_bucket_policy.data", "aws_s3_bucket_public_access_block.data"

Break = Callable[[GoodPlan], object]


def container(**parameters: object) -> Break:
    return lambda plan: plan.change_container(**parameters)


def variable(name: str, value: str) -> Break:
    return container(environment=[{"name": name, "value": value}])


def values(address: str, **changed: object) -> Break:
    return lambda plan: plan.values(address).update(changed)


def statement(address: str, attribute: str = "policy", **elements: object) -> Break:
    return lambda plan: plan.change_policy(address, attribute, **elements)


def unknown(address: str, attribute: str) -> Break:
    return lambda plan: plan.forget(address, attribute)


def without(address: str) -> Break:
    return lambda plan: plan.changes.pop(address)


def inline(direction: str, **rule: object) -> Break:
    def add(plan: GoodPlan) -> None:
        plan.values(GROUP)[direction] = [{"protocol": "tcp", "cidr_blocks": [ANYWHERE], **rule}]
        plan.expressions[GROUP][direction] = [{}]

    return add


BROKEN: list[tuple[str, Break]] = [
    ("DASH_CONTAINER_KNOWN", unknown(TASK, "container_definitions")),
    ("DASH_CONTAINER_KNOWN", values(TASK, container_definitions=None)),
    ("DASH_CONTAINER_KNOWN", values(TASK, container_definitions='[{"image": "without a name"}]')),
    ("DASH_CONTAINER_SECRET", container(environment=[{"value": "without a name"}])),
    ("DASH_CONTAINER_PRIVILEGED", container(privileged=True)),
    ("DASH_CONTAINER_USER", container(user=None)),
    ("DASH_CONTAINER_USER", container(user="root")),
    ("DASH_CONTAINER_USER", container(user="0:0")),
    ("DASH_CONTAINER_WRITABLE", container(readonlyRootFilesystem=None)),
    ("DASH_CONTAINER_WRITABLE", container(readonlyRootFilesystem=False)),
    ("DASH_CONTAINER_CAPABILITIES", container(linuxParameters=None)),
    ("DASH_CONTAINER_CAPABILITIES", container(linuxParameters={"capabilities": {"drop": ["NET_RAW"]}})),
    (
        "DASH_CONTAINER_CAPABILITIES",
        container(linuxParameters={"capabilities": {"drop": ["ALL"], "add": ["SYS_PTRACE"]}}),
    ),
    ("DASH_CONTAINER_LOG", container(logConfiguration=None)),
    ("DASH_CONTAINER_IMAGE", container(image="registry/dashboard")),
    ("DASH_CONTAINER_IMAGE", container(image="registry/dashboard:latest")),
    ("DASH_CONTAINER_IMAGE", container(image="registry/dashboard:1.0.0")),
    ("DASH_CONTAINER_STOP", container(stopTimeout=None)),
    ("DASH_CONTAINER_HEALTH", container(healthCheck=None)),
    ("DASH_CONTAINER_SECRET", variable("DB_PASSWORD", "hunter2")),
    ("DASH_CONTAINER_SECRET", variable("OIDC_CLIENT_SECRET", "hunter2")),
    ("DASH_CONTAINER_SECRET", variable("KEY", "AKIAIOSFODNN7EXAMPLE")),
    ("DASH_CONTAINER_SECRET", variable("DATABASE", "postgres://me:hunter2@host/db")),
    ("DASH_CONTAINER_SECRET", variable("SEED", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b")),
    ("DASH_NETWORK_INGRESS", values(INGRESS, from_port=8050, to_port=8050)),
    ("DASH_NETWORK_INGRESS", values(INGRESS, from_port=80)),
    ("DASH_NETWORK_INGRESS", values(INGRESS, ip_protocol="-1", from_port=None, to_port=None)),
    ("DASH_NETWORK_INGRESS", values(INGRESS, ip_protocol="udp")),
    ("DASH_NETWORK_INGRESS", values(INGRESS, cidr_ipv4=None, cidr_ipv6="::/0", from_port=22, to_port=22)),
    ("DASH_NETWORK_INGRESS", unknown(INGRESS, "cidr_ipv4")),
    ("DASH_NETWORK_INGRESS", values(OLD, from_port=8050, to_port=8050)),
    ("DASH_NETWORK_INGRESS", inline("ingress", from_port=8050, to_port=8050)),
    ("DASH_NETWORK_EGRESS", values(EGRESS, from_port=80, to_port=80)),
    ("DASH_NETWORK_EGRESS", values(EGRESS, ip_protocol="-1", from_port=None, to_port=None)),
    ("DASH_NETWORK_EGRESS", unknown(EGRESS, "from_port")),
    ("DASH_NETWORK_EGRESS", values(OLD, type="egress", from_port=0, to_port=65535)),
    ("DASH_NETWORK_EGRESS", inline("egress", from_port=0, to_port=0)),
    ("DASH_ZONES_SUBNETS", values(BALANCER, subnets=["subnet-1"])),
    ("DASH_ZONES_SUBNETS", values(BALANCER, subnets=["subnet-1", "subnet-1"])),
    ("DASH_ZONES_SUBNETS", values(SERVICE, network_configuration=[{"subnets": ["subnet-1"]}])),
    ("DASH_ZONES_SUBNETS", unknown(BALANCER, "subnets")),
    ("DASH_ZONES_VPC", values("aws_subnet.two", availability_zone="us-east-1a")),
    ("DASH_LB_HEADERS", values(BALANCER, drop_invalid_header_fields=False)),
    ("DASH_LB_HTTPS", values(HTTP, default_action=[{"type": "forward"}])),
    ("DASH_LB_HTTPS", values(HTTP, default_action=[{"type": "redirect", "redirect": [{"protocol": "HTTP"}]}])),
    ("DASH_LB_HTTPS", unknown(HTTP, "default_action")),
    ("DASH_LB_TLS", values(HTTPS, ssl_policy="ELBSecurityPolicy-2016-08")),
    ("DASH_LB_TLS", values(HTTPS, ssl_policy="ELBSecurityPolicy-TLS13-1-0-2021-06")),
    ("DASH_LB_TLS", values(HTTPS, ssl_policy=None)),
    ("DASH_SERVICE_BREAKER", values(SERVICE, deployment_circuit_breaker=[])),
    ("DASH_SERVICE_BREAKER", values(SERVICE, deployment_circuit_breaker=[{"enable": True, "rollback": False}])),
    ("DASH_SERVICE_BREAKER", values(SERVICE, deployment_circuit_breaker=[{"enable": False, "rollback": True}])),
    ("DASH_SERVICE_TASKS", values(SERVICE, desired_count=1)),
    ("DASH_SERVICE_TASKS", values(SERVICE, desired_count=None)),
    ("DASH_SERVICE_TASKS", values(TARGET, min_capacity=1)),
    ("DASH_SERVICE_TASKS", values(NIGHT, scalable_target_action=[{"min_capacity": "0"}])),
    ("DASH_SERVICE_HEALTHY", values(SERVICE, deployment_minimum_healthy_percent=50)),
    ("DASH_IAM_KNOWN", unknown(READ, "policy")),
    ("DASH_IAM_KNOWN", unknown(ROLE, "assume_role_policy")),
    ("DASH_IAM_KNOWN", values(READ, policy='{"Statement": [{"Action": "*", "Resource": "*"}]}')),
    ("DASH_IAM_ACTIONS", statement(READ, Action="s3:*")),
    ("DASH_IAM_ACTIONS", statement(READ, Action=["s3:GetObject", "s3:Put*"])),
    ("DASH_IAM_ACTIONS", statement(READ, Action=None, NotAction="iam:*")),
    ("DASH_IAM_ACTIONS", statement(KEY, Principal={"AWS": "arn:aws:iam::123456789012:role/admin"})),
    ("DASH_IAM_RESOURCES", statement(READ, Resource="*")),
    ("DASH_IAM_RESOURCES", statement(READ, Resource="arn:aws:logs:us-east-1:123456789012:*")),
    ("DASH_IAM_RESOURCES", statement(LOGIN, Action=["ecr:GetAuthorizationToken", "ecr:BatchGetImage"])),
    ("DASH_IAM_RESOURCES", statement(READ, Resource=None, NotResource="arn:aws:s3:::other/*")),
    ("DASH_IAM_PRINCIPALS", statement(TOPIC, Principal="*", Condition={})),
    ("DASH_IAM_PRINCIPALS", statement(ROLE, "assume_role_policy", Principal={"AWS": "*"}, Condition={})),
    ("DASH_IAM_DEPUTY", statement(ROLE, "assume_role_policy", Condition={})),
    ("DASH_IAM_DEPUTY", statement(TOPIC, Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})),
    ("DASH_BUCKET_TLS", without(TLS)),
    ("DASH_BUCKET_TLS", statement(TLS, Action="s3:GetObject")),
    ("DASH_BUCKET_TLS", statement(TLS, Resource="arn:aws:s3:::data/*")),
    ("DASH_BUCKET_TLS", statement(TLS, Condition={"Bool": {"aws:SecureTransport": "true"}})),
    ("DASH_BUCKET_TLS", lambda plan: plan.refer(TLS, "bucket", "aws_s3_bucket.other")),
    ("DASH_BUCKET_PUBLIC", without(BLOCK)),
    ("DASH_BUCKET_PUBLIC", values(BLOCK, restrict_public_buckets=False)),
    ("DASH_ECR_TAGS", values("aws_ecr_repository.dashboard", image_tag_mutability="MUTABLE")),
]  # fmt: skip


def test_a_good_plan_passes_every_rule_and_each_is_applied() -> None:
    stack = GoodPlan().stack()
    assert scan_with(ALL, [stack]).findings == ()
    for rule in ALL:
        assert scan_with([rule], [stack]).passed, f"{rule.id} is applied to nothing"


@pytest.mark.parametrize(("rule", "breaks"), BROKEN)
def test_exactly_the_rule_that_is_broken_fails(rule: str, breaks: Break) -> None:
    plan = GoodPlan()
    breaks(plan)
    findings = scan_with(ALL, [plan.stack()]).findings
    assert {finding.check for finding in findings} == {rule}


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule for rule, _ in BROKEN} == {rule.id for rule in ALL}


def test_rules_have_ids_of_their_own_and_say_what_to_do() -> None:
    assert len({rule.id for rule in ALL}) == len(ALL)
    for rule in ALL:
        assert rule.demand
        assert rule.remedy
        assert rule.guideline.startswith("https://")


@pytest.mark.parametrize(
    "harmless",
    [
        variable("CLIENT_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:client"),
        variable("TOKEN_ENDPOINT", "https://login.example.com/oauth2/token"),
        variable("BUCKET_NAME", "plotly-dash-prod-data-123456789012"),
        variable("API_KEY", ""),
        inline("ingress", from_port=443, to_port=443),
        values(NIGHT, scalable_target_action=[{"max_capacity": "4"}]),
        values(INGRESS, from_port=80, to_port=80),
        # Groups whose rules are resources of their own: Terraform tells these attributes only after the apply.
        unknown(GROUP, "ingress"),
        unknown(GROUP, "egress"),
    ],
)
def test_what_is_right_passes(harmless: Break) -> None:
    plan = GoodPlan()
    harmless(plan)
    assert scan_with(ALL, [plan.stack()]).findings == ()


def test_a_finding_says_where_what_and_what_to_do() -> None:
    plan = GoodPlan()
    plan.change_container(user="root")
    (finding,) = scan_with(ALL, [plan.stack()]).findings
    assert (finding.stack, finding.address) == ("all", TASK)
    assert finding.found == "container dashboard: user is root"
    assert "user" in finding.remedy


def test_what_cannot_be_read_is_told_as_that() -> None:
    plan = GoodPlan()
    plan.values(READ)["policy"] = '{"Statement": [{"Action": "*", "Resource": "*"}]}'
    (finding,) = scan_with(ALL, [plan.stack()]).findings
    assert finding.found == "policy is not in AWS's form, so that nobody can judge it"


@pytest.mark.parametrize(
    ("breaks", "found"),
    [
        (values(INGRESS, from_port=8050, to_port=8050), "everyone may reach tcp 8050"),
        (values(INGRESS, from_port=8000, to_port=8099), "everyone may reach tcp 8000 to 8099"),
        (values(EGRESS, ip_protocol="udp", from_port=53, to_port=53), "may reach everywhere on udp 53"),
        (values(EGRESS, ip_protocol="-1", from_port=None, to_port=None), "may reach everywhere on every port"),
    ],
)
def test_ports_are_told_as_a_reader_would_say_them(breaks: Break, found: str) -> None:
    plan = GoodPlan()
    breaks(plan)
    assert [finding.found for finding in scan_with(ALL, [plan.stack()]).findings] == [found]


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ({"type": "forward"}, "answers plain HTTP with forward"),
        ({"type": "redirect", "redirect": [{"protocol": "#{protocol}"}]}, "redirects to #{protocol}"),
    ],
)
def test_a_listener_of_plain_http_is_told_what_it_does(action: dict[str, object], found: str) -> None:
    plan = GoodPlan()
    plan.values(HTTP)["default_action"] = [action]
    assert [finding.found for finding in scan_with(ALL, [plan.stack()]).findings] == [found]


def test_each_container_is_judged() -> None:
    plan = GoodPlan()
    (first,) = json.loads(plan.values(TASK)["container_definitions"])
    plan.values(TASK)["container_definitions"] = json.dumps([first, first | {"name": "sidecar", "privileged": True}])
    (finding,) = scan_with(ALL, [plan.stack()]).findings
    assert finding.found == "container sidecar: privileged is true"
