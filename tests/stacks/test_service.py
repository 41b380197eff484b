"""The service: what runs, who reaches it, and what it may do."""

import re

import pytest

from tests.stacks.conftest import Variant
from tests.stacks.synthesized import Stack

pytestmark = pytest.mark.unit


@pytest.fixture
def service(prod: dict[str, Stack]) -> Stack:
    return prod["service"]


class TestTask:
    def test_is_a_fargate_task_of_the_size_in_the_settings(self, service: Stack) -> None:
        task = service.one("aws_ecs_task_definition")
        assert task["family"] == "plotly_dash_app"
        assert task["requires_compatibilities"] == ["FARGATE"]
        assert task["network_mode"] == "awsvpc"
        assert (task["cpu"], task["memory"]) == ("512", "4096")

    def test_has_a_role_to_work_and_another_to_start(self, service: Stack) -> None:
        task = service.one("aws_ecs_task_definition")
        assert re.fullmatch(r"\$\{aws_iam_role\.roles_task_role_\w+\.arn}", task["task_role_arn"])
        assert re.fullmatch(r"\$\{aws_iam_role\.roles_execution_role_\w+\.arn}", task["execution_role_arn"])

    def test_names_its_image_by_the_digest_of_the_version(self, service: Stack) -> None:
        (image,) = service.json["data"]["aws_ecr_image"].items()
        name, lookup = image
        assert lookup["image_tag"] == "${var.dashboard_version}"
        containers = service.one("aws_ecs_task_definition")["container_definitions"]
        assert f"repository_url}}@${{data.aws_ecr_image.{name}.image_digest}}" in containers

    def test_tells_the_dashboard_which_version_it_is(self, service: Stack) -> None:
        containers = service.one("aws_ecs_task_definition")["container_definitions"]
        pairs = re.findall(r'"name" = "(\w+)", "value" = ("[^"]*"|[\w.]+)', containers)
        assert dict(pairs)["DASHBOARD_VERSION"] == "var.dashboard_version"

    def test_is_killed_only_after_the_server_had_its_time(self, service: Stack) -> None:
        containers = service.one("aws_ecs_task_definition")["container_definitions"]
        assert '"stopTimeout" = 40' in containers

    def test_runs_on_the_architecture_of_the_settings(self, service: Stack, variant: Variant) -> None:
        task = service.one("aws_ecs_task_definition")
        assert task["runtime_platform"] == {"cpu_architecture": "X86_64", "operating_system_family": "LINUX"}
        arm = variant("prod", task__architecture="ARM64")["service"].one("aws_ecs_task_definition")
        assert arm["runtime_platform"]["cpu_architecture"] == "ARM64"


class TestVersion:
    def test_has_no_default(self, service: Stack) -> None:
        variable = service.json["variable"]["dashboard_version"]
        assert "default" not in variable
        assert variable["nullable"] is False
        assert variable["description"]


class TestWhoReachesIt:
    def test_only_the_load_balancer_reaches_the_tasks(self, service: Stack) -> None:
        (group,) = service.all("aws_security_group")
        ingress = service.one("aws_vpc_security_group_ingress_rule")
        assert ingress["security_group_id"] == f"${{aws_security_group.{group}.id}}"
        assert "plotly-dash-prod-alb" in ingress["referenced_security_group_id"]
        assert "cidr_ipv4" not in ingress
        assert (ingress["ip_protocol"], ingress["from_port"], ingress["to_port"]) == ("tcp", 8050, 8050)

    def test_the_load_balancer_reaches_only_the_tasks(self, service: Stack) -> None:
        (group,) = service.all("aws_security_group")
        rules = service.all("aws_vpc_security_group_egress_rule").values()
        (rule,) = [rule for rule in rules if "plotly-dash-prod-alb" in rule["security_group_id"]]
        assert rule["referenced_security_group_id"] == f"${{aws_security_group.{group}.id}}"
        assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 8050, 8050)

    def test_the_tasks_reach_https_only(self, service: Stack) -> None:
        (group,) = service.all("aws_security_group")
        rules = service.all("aws_vpc_security_group_egress_rule").values()
        (rule,) = [rule for rule in rules if rule["security_group_id"] == f"${{aws_security_group.{group}.id}}"]
        assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 443, 443)

    def test_the_tasks_are_in_the_private_subnets_without_public_addresses(self, service: Stack) -> None:
        network = service.one("aws_ecs_service")["network_configuration"]
        assert network["assign_public_ip"] is False
        assert len(network["subnets"]) == 2
        assert all("_private_" in subnet for subnet in network["subnets"])
        (group,) = service.all("aws_security_group")
        assert network["security_groups"] == [f"${{aws_security_group.{group}.id}}"]


class TestWhatItMayDo:
    def test_the_dashboard_reads_one_bucket(self, service: Stack) -> None:
        read, list_, decrypt = service.policy("task_permissions")
        assert decrypt["actions"] == ["kms:Decrypt"]
        assert "plotly-dash-prod-encryption" in decrypt["resources"][0]
        conditions = {condition["variable"]: condition["values"] for condition in decrypt["condition"]}
        assert conditions["kms:ViaService"] == ["s3.us-east-1.amazonaws.com*"]
        assert conditions["kms:EncryptionContext:aws:s3:arn"] == [*list_["resources"], *read["resources"]]
        assert read["actions"] == ["s3:GetObject"]
        (objects,) = read["resources"]
        assert list_["actions"] == ["s3:ListBucket"]
        (bucket,) = list_["resources"]
        assert objects == f"{bucket}/*"
        assert "plotly-dash-prod-bucket" in bucket

    def test_ecs_pulls_from_one_repository_and_writes_one_log(self, service: Stack) -> None:
        login, pull, log = service.policy("execution_permissions")
        assert login["actions"] == ["ecr:GetAuthorizationToken"]
        assert login["resources"] == ["*"]
        assert all(action.startswith("ecr:") for action in pull["actions"])
        (repository,) = pull["resources"]
        assert "plotly-dash-prod-ecr" in repository
        assert log["actions"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
        assert log["resources"] == ["${aws_cloudwatch_log_group.log.arn}:*"]

    def test_nothing_is_allowed_by_wildcard(self, service: Stack) -> None:
        for document in service.json["data"]["aws_iam_policy_document"].values():
            for statement in document["statement"]:
                assert not [action for action in statement["actions"] if "*" in action]
                if statement["actions"] != ["ecr:GetAuthorizationToken"]:
                    assert "*" not in statement.get("resources", [])

    def test_only_ecs_tasks_of_this_account_take_the_roles(self, service: Stack) -> None:
        (trust,) = service.policy("ecs_tasks")
        assert trust["principals"] == [{"identifiers": ["ecs-tasks.amazonaws.com"], "type": "Service"}]
        conditions = {condition["variable"]: condition["values"] for condition in trust["condition"]}
        assert conditions["aws:SourceAccount"] == ["123456789012"]
        assert conditions["aws:SourceArn"] == ["arn:*:ecs:us-east-1:123456789012:*"]
        (document,) = [
            name for name in service.json["data"]["aws_iam_policy_document"] if name.startswith("roles_ecs_tasks_")
        ]
        for role in service.all("aws_iam_role").values():
            assert role["assume_role_policy"] == f"${{data.aws_iam_policy_document.{document}.json}}"


class TestService:
    def test_is_reached_through_the_listener(self, reference: dict[str, Stack]) -> None:
        service = reference["service"]
        (target_group,) = service.all("aws_lb_target_group")
        (listener,) = service.all("aws_lb_listener")
        ecs = service.one("aws_ecs_service")
        assert ecs["load_balancer"] == [
            {
                "container_name": "plotlyDashApp",
                "container_port": 8050,
                "target_group_arn": f"${{aws_lb_target_group.{target_group}.arn}}",
            }
        ]
        assert ecs["depends_on"] == [f"aws_lb_listener.{listener}"]
        forward = service.one("aws_lb_listener")
        assert (forward["protocol"], forward["port"]) == ("HTTP", 8050)
        assert forward["default_action"] == [
            {"target_group_arn": f"${{aws_lb_target_group.{target_group}.arn}}", "type": "forward"}
        ]

    def test_a_dead_task_gets_no_more_requests_after_ten_seconds(self, service: Stack) -> None:
        group = service.one("aws_lb_target_group")
        check = group["health_check"]
        assert (check["path"], check["port"], check["matcher"]) == ("/health", "8050", "200")
        assert check["interval"] * check["unhealthy_threshold"] == 10

    def test_its_log_is_kept_for_thirty_days(self, service: Stack) -> None:
        assert service.one("aws_cloudwatch_log_group")["retention_in_days"] == 30


class TestAddress:
    def test_is_the_domain(self, service: Stack) -> None:
        assert service.json["output"]["dashboard_url"]["value"] == "https://dashboard.example.com/"
        assert service.json["output"]["encryption_in_transit"]["value"] == "HTTPS"

    def test_names_a_port_that_is_not_that_of_https(self, variant: Variant) -> None:
        outputs = variant("prod", https__port="8443")["service"].json["output"]
        assert outputs["dashboard_url"]["value"] == "https://dashboard.example.com:8443/"

    def test_is_the_load_balancer_on_the_listener_port_without_a_domain(self, dev: dict[str, Stack]) -> None:
        outputs = dev["service"].json["output"]
        assert re.fullmatch(r"http://\$\{.*plotly-dash-dev-alb.*dns_name}:8050/", outputs["dashboard_url"]["value"])

    def test_says_so_where_nothing_encrypts_what_readers_see(self, dev: dict[str, Stack]) -> None:
        said = dev["service"].json["output"]["encryption_in_transit"]["value"]
        assert said.startswith("none: ")
        assert "https.domain" in said

    def test_is_the_emulated_load_balancer_locally(self, local: dict[str, Stack]) -> None:
        url = local["service"].json["output"]["dashboard_url"]["value"]
        assert url == "http://albplotlydash.alb.localhost:4566/"


def test_without_stickiness_there_is_no_cookie(variant: Variant) -> None:
    stacks = variant("prod", target_group__stickiness_seconds="0")
    assert stacks["service"].one("aws_lb_target_group")["stickiness"] == {"enabled": False, "type": "lb_cookie"}
