"""What goes, what is new, what cannot be known and what is hidden; and that every type of resource has a rule."""

import ast
import json
from pathlib import Path

import pytest

from ops.review.dangers import RULES, Danger, find_dangers
from ops.review.dangers.harmless import HARMLESS
from ops.review.dangers.removals import REMOVALS
from tests.ops.review.dangers_changes import (
    EVERYONE,
    FORWARD,
    GROUP,
    INGRESS,
    OFFICE,
    Values,
    alarm,
    change,
    containers,
    found,
    images,
    lifecycle,
    signed_in,
    template,
    told,
    update,
)

pytestmark = pytest.mark.unit

STACKS = Path(__file__).parents[3] / "stacks"
REAL = json.loads(Path(__file__).with_name("dangers_plan.json").read_text(encoding="utf-8"))


LOST_WHEN_REPLACED_TOO = (
    "aws_cloudwatch_log_group",
    "aws_cognito_user_pool",
    "aws_cognito_user_pool_domain",
    "aws_db_instance",
    "aws_dynamodb_table",
    "aws_ecr_repository",
    "aws_ecs_cluster",
    "aws_ecs_service",
    "aws_efs_file_system",
    "aws_eip",
    "aws_iam_openid_connect_provider",
    "aws_internet_gateway",
    "aws_kms_key",
    "aws_lb",
    "aws_lb_target_group",
    "aws_rds_cluster",
    "aws_route53_record",
    "aws_route53_zone",
    "aws_s3_bucket",
    "aws_s3_bucket_versioning",
    "aws_secretsmanager_secret",
    "aws_sns_topic",
    "aws_sns_topic_subscription",
    "aws_subnet",
    "aws_vpc",
    "aws_wafv2_web_acl",
)
LOST = (
    *LOST_WHEN_REPLACED_TOO,
    "aws_cloudwatch_metric_alarm",
    "aws_flow_log",
    "aws_lb_listener",
    "aws_s3_bucket_logging",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_wafv2_web_acl_association",
    "aws_wafv2_web_acl_logging_configuration",
)
NOTICED = (
    "aws_acm_certificate",
    "aws_appautoscaling_policy",
    "aws_appautoscaling_target",
    "aws_cloudwatch_dashboard",
    "aws_ecr_lifecycle_policy",
    "aws_kms_alias",
    "aws_nat_gateway",
    "aws_route",
    "aws_route_table",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_vpc_endpoint",
)


@pytest.mark.parametrize("type_", [*LOST, *NOTICED])
def test_what_is_destroyed_is_told(type_: str) -> None:
    gone = change(f"{type_}.it", {"id": "one"}, None, action_reason="delete_because_no_resource_config")
    level = "danger" if type_ in LOST else "notice"
    words = "is destroyed, because the code no longer has it"
    assert [each for each, summary in told(gone) if words in summary] == [level]


@pytest.mark.parametrize("type_", LOST_WHEN_REPLACED_TOO)
def test_what_is_replaced_is_told_where_the_new_one_is_not_the_same(type_: str) -> None:
    replaced = change(f"{type_}.it", {"name": "one", "endpoint": "one"}, {}, actions=["delete", "create"])
    replaced["change"]["replace_paths"] = [["name"], ["tags", 0]]
    words = "is replaced by a new one, because of name, tags"
    assert [level for level, summary in told(replaced) if words in summary] == ["danger"]


def test_every_type_whose_loss_matters_is_tested() -> None:
    assert {*LOST, *NOTICED} == set(REMOVALS)


@pytest.mark.parametrize(
    ("type_", "same"),
    [
        ("aws_cloudwatch_metric_alarm", {"alarm_name": "a"}),
        ("aws_sns_topic_subscription", {"topic_arn": "t", "protocol": "email", "endpoint": "e"}),
        ("aws_lb_listener", {"load_balancer_arn": "lb", "port": 443}),
        ("aws_route53_record", {"name": "dash.example.com", "type": "A"}),
    ],
)
def test_what_is_made_again_under_another_address_is_not_lost(type_: str, same: Values) -> None:
    gone = change(f"{type_}.old", same, None)
    assert [level for level, _ in told(gone)] == ["danger"]
    assert told(gone, change(f"{type_}.new", None, same)) == []


def test_the_parts_of_a_bucket_that_goes_are_not_told_beside_it() -> None:
    bucket = change("aws_s3_bucket.data", {"id": "data"}, None)
    parts = [
        change(f"aws_s3_bucket_{part}.data", {"bucket": "data"}, None) for part in ("versioning", "public_access_block")
    ]
    assert len(told(*parts)) == 2
    assert told(bucket, *parts) == [("danger", "the bucket is destroyed")]


def test_what_terraform_forgets_is_a_notice() -> None:
    assert told(change("aws_kms_key.key", {"id": "k"}, None, actions=["forget"])) == [
        ("notice", "the key stays, but Terraform forgets it")
    ]


@pytest.mark.parametrize("actions", [["create", "forget"], ["vanish"], ["vanish", "create"]])
def test_what_a_later_terraform_does_is_taken_for_a_replacement(actions: list[str]) -> None:
    assert told(change("aws_kms_key.key", {"id": "k"}, {"id": "l"}, actions=actions)) == [
        ("danger", "the key is replaced by a new one")
    ]


@pytest.mark.parametrize(
    ("address", "attribute", "good"),
    [
        ("aws_ecr_lifecycle_policy.it", "policy", images(10)),
        ("aws_ecs_task_definition.it", "container_definitions", containers()),
    ],
)
@pytest.mark.parametrize("text", ["no JSON", "[{}]"])
@pytest.mark.parametrize("is_before", [True, False])
def test_a_document_that_cannot_be_read_is_a_notice(
    address: str, attribute: str, good: Values, text: str, is_before: bool
) -> None:
    bad = good | {attribute: text}
    assert set(told(change(address, *((bad, good) if is_before else (good, bad))))) == {
        ("notice", f"{attribute} is not in AWS's form")
    }


def test_what_an_earlier_replacement_left_behind_is_told_as_such() -> None:
    left = change("aws_lb.it", {"id": "old"}, None) | {"deposed": "a1b2c3d4"}
    kept = change("aws_lb.it", {"id": "new"}, {"id": "new"})
    assert told(kept, left) == [
        ("danger", "the load balancer is destroyed, because an earlier replacement left it behind")
    ]


def test_records_that_only_prove_a_domain_may_go() -> None:
    assert told(change("aws_route53_record.proof", {"name": "_1.dash.example.com", "type": "CNAME"}, None)) == []


def test_networks_that_others_let_in_already_are_not_new() -> None:
    halves = [
        change(f"{INGRESS}.{half}", GROUP | {"cidr_ipv4": half}, None) for half in ("192.0.2.0/25", "192.0.2.128/25")
    ]
    new = change(f"{INGRESS}.whole", None, OFFICE)
    assert told(*halves, new) == []
    assert told(halves[0], new) == [("danger", "192.0.2.0/24 may now reach tcp 443")]
    elsewhere = change(f"{INGRESS}.other", EVERYONE | {"security_group_id": "sg-2"}, None)
    assert ("danger", "192.0.2.0/24 may now reach tcp 443") in told(elsewhere, new)


def test_a_network_that_is_locked_out_is_a_notice() -> None:
    office = change(f"{INGRESS}.office", OFFICE, None)
    assert told(office) == [("notice", "192.0.2.0/24 is let in no longer, or only in part")]
    other_port = change(f"{INGRESS}.new", None, OFFICE | {"from_port": 80, "to_port": 80})
    assert not [summary for _, summary in told(office, other_port) if "no longer" in summary]
    assert told(office, change("aws_security_group.front", {"id": "sg-1"}, None)) == []
    between_groups = change(f"{INGRESS}.tasks", GROUP | {"referenced_security_group_id": "sg-2"}, None)
    assert told(between_groups) == []


def test_a_new_group_that_lets_browsers_in_is_a_notice_and_other_ports_a_danger() -> None:
    unknown = {"security_group_id": True}
    new = {**EVERYONE, "security_group_id": None}
    assert told(change(f"{INGRESS}.it", None, new, unknown=unknown)) == [
        ("notice", "everyone (0.0.0.0/0) may now reach tcp 443")
    ]
    ssh = new | {"from_port": 22, "to_port": 22}
    assert told(change(f"{INGRESS}.it", None, ssh, unknown=unknown))[0][0] == "danger"
    office = new | {"cidr_ipv4": "192.0.2.0/24"}
    assert told(change(f"{INGRESS}.it", None, office, unknown=unknown)) == []


def test_a_rule_of_a_group_that_is_replaced_opens_nothing_new() -> None:
    moved = change(
        f"{INGRESS}.it",
        EVERYONE,
        {**EVERYONE, "security_group_id": None},
        unknown={"security_group_id": True},
        actions=["delete", "create"],
    )
    assert told(moved) == []


def test_what_is_known_only_after_the_apply_is_a_notice_where_the_code_sets_it() -> None:
    protected = change(
        "aws_lb.it", {"enable_deletion_protection": True}, {}, unknown={"enable_deletion_protection": True}
    )
    assert told(protected, configured={"aws_lb.it": ["enable_deletion_protection"]}) == [
        ("notice", "enable_deletion_protection changes to what is known only after the apply")
    ]
    assert told(protected) == []
    containers = change("aws_ecs_task_definition.it", {}, {}, unknown={"container_definitions": True})
    assert {level for level, text in told(containers) if "container_definitions" in text} == {"notice"}
    asked = {"protocol": "HTTPS", "default_action": signed_in()}
    listener = change("aws_lb_listener.it", asked, {"protocol": "HTTPS"}, unknown={"default_action": True})
    assert told(listener) == [("notice", "default_action changes to what is known only after the apply")]
    networks = change(f"{INGRESS}.it", OFFICE, GROUP, unknown={"cidr_ipv4": True})
    assert [level for level, text in told(networks) if "cidr_ipv4" in text] == ["notice"]


def test_a_new_lifecycle_is_told_where_the_bucket_has_objects() -> None:
    address = "aws_s3_bucket_lifecycle_configuration.it"
    new = change(address, None, lifecycle(30, 7))
    assert [level for level, _ in told(new)] == ["danger", "danger"]
    plan = {
        "resource_changes": [change("aws_s3_bucket.data", None, {}), new],
        "configuration": {
            "root_module": {
                "resources": [
                    {"address": address, "expressions": {"bucket": {"references": ["aws_s3_bucket.data.id"]}}}
                ]
            }
        },
    }
    assert find_dangers("bucket", plan) == []


def test_a_rule_that_asks_for_a_sign_in_may_go_where_others_ask() -> None:
    rule = change("aws_lb_listener_rule.callbacks", {"action": signed_in("deny")}, None)
    listener = {"protocol": "HTTPS", "default_action": signed_in()}
    assert [level for level, _ in told(rule)] == ["danger"]
    assert [level for level, _ in told(rule, change("aws_lb_listener.it", listener, listener))] == ["notice"]


def test_new_ways_are_told_where_readers_signed_in_or_had_tls() -> None:
    listener = {"protocol": "HTTPS", "default_action": signed_in()}
    kept = change("aws_lb_listener.it", listener, listener)
    rule = change("aws_lb_listener_rule.new", None, {"action": FORWARD})
    assert told(kept, rule) == [("danger", "requests reach the tasks without a sign-in")]
    assert told(rule) == []
    plain = change("aws_lb_listener.new", None, {"protocol": "HTTP", "default_action": FORWARD})
    assert ("danger", "a new listener answers plain HTTP") in told(kept, plain)
    assert told(plain) == []


def test_sign_in_rules_of_cloudformation_may_not_go() -> None:
    rules = change("aws_cloudformation_stack.rules", template(("*", "authenticate")), None)
    lost = [("danger", "requests for * are no longer sent to sign in")]
    assert told(rules) == lost
    assert update("aws_cloudformation_stack", template(("*", "authenticate")), template(("*", None))) == lost
    client = change("aws_cloudformation_stack.client", template(), None)
    assert told(client) == [("danger", "the CloudFormation stack is destroyed")]


def test_a_way_of_cloudformation_that_was_closed_may_not_open() -> None:
    def rule(action: str) -> Values:
        actions = [{"Type": action}]
        properties = {"Conditions": [{"PathPatternConfig": {"Values": ["/admin"]}}], "Actions": actions}
        resource = {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": properties}
        return {"template_body": json.dumps({"Resources": {"Admin": resource}})}

    address, opened = "aws_cloudformation_stack.it", ("danger", "requests for /admin reach the tasks without a sign-in")
    assert opened in told(change(address, rule("fixed-response"), rule("forward")))
    assert opened not in told(change(address, rule("forward"), rule("forward") | {"name": "other"}))


def test_a_new_stack_of_cloudformation_that_cannot_be_read_yet_is_no_danger() -> None:
    assert told(change("aws_cloudformation_stack.it", None, {}, unknown={"template_body": True})) == []


def test_a_new_identity_provider_is_a_notice() -> None:
    assert told(change("aws_iam_openid_connect_provider.it", None, {"client_id_list": ["sts.amazonaws.com"]})) == [
        ("notice", "a new identity provider is trusted")
    ]


def test_everything_but_tags_of_the_state_bucket_is_a_danger() -> None:
    changed = change("aws_s3_bucket.state", {"bucket": "a", "tags": {}}, {"bucket": "b", "tags": {}})
    assert told(changed, stack="state") == [("danger", "the bucket of the states is changed")]
    assert told(changed, stack="bucket") == []
    assert told(change("aws_s3_bucket.state", {"tags": {}}, {"tags": {"a": "b"}}), stack="state") == []


def test_a_type_that_no_rule_knows_is_a_notice_when_it_goes() -> None:
    assert told(change("aws_mq_broker.it", {"id": "b"}, None)) == [("notice", "the aws_mq_broker is destroyed")]
    assert told(change("aws_mq_broker.it", {"id": "b"}, {"id": "c"})) == []
    assert told(change("aws_route_table_association.it", {"id": "b"}, None)) == []


def test_policies_that_are_attached_are_told() -> None:
    def attached(policy: str, role: str | None) -> Values:
        arn = f"arn:aws:iam::aws:policy/{policy}"
        return change("aws_iam_role_policy_attachment.it", None, {"policy_arn": arn, "role": role})

    assert told(attached("ReadOnlyAccess", "task")) == [("danger", "the policy ReadOnlyAccess is attached to task")]
    assert told(attached("AdministratorAccess", None)) == [("danger", "the policy AdministratorAccess is attached")]
    assert told(attached("ReadOnlyAccess", None)) == []
    same = {"policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "role": "task"}
    assert told(change("aws_iam_role_policy_attachment.old", same, None), attached("ReadOnlyAccess", "task")) == []


def test_sensitive_values_are_never_told() -> None:
    before, after = OFFICE, GROUP | {"cidr_ipv4": "203.0.113.0/24"}
    marks = {"cidr_ipv4": True}
    secret = change(f"{INGRESS}.it", before, after, before_sensitive=marks, after_sensitive=marks)
    assert told(secret) == [
        ("danger", "(sensitive) may now reach tcp 443"),
        ("notice", "(sensitive) is let in no longer, or only in part"),
    ]
    policy = {"Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::hidden"}]}
    hidden = change(
        "aws_iam_role_policy.it",
        {"role": "task", "policy": '{"Statement": []}'},
        {"role": "task", "policy": json.dumps(policy)},
        after_sensitive={"policy": True},
    )
    ((level, summary),) = told(hidden)
    assert level == "danger"
    assert "s3:PutObject" not in summary
    assert "hidden" not in summary


def test_the_most_serious_comes_first() -> None:
    changes = [
        change("aws_nat_gateway.it", {"id": "nat"}, None),
        change("aws_cloudwatch_metric_alarm.it", alarm(), alarm(threshold=2, actions_enabled=False)),
        change(f"{INGRESS}.it", OFFICE, EVERYONE),
        change("aws_s3_bucket.it", {"id": "data"}, None),
    ]
    assert [(danger.level, danger.address.partition(".")[0]) for danger in found(*changes)] == [
        ("danger", "aws_s3_bucket"),
        ("danger", INGRESS),
        ("danger", "aws_cloudwatch_metric_alarm"),
        ("notice", "aws_nat_gateway"),
        ("notice", "aws_cloudwatch_metric_alarm"),
    ]


def test_a_danger_says_where_what_and_why() -> None:
    assert found(change("aws_eip.nat", {"id": "eip-1"}, None), stack="vpc") == [
        Danger(
            level="danger",
            stack="vpc",
            address="aws_eip.nat",
            summary="the public address is destroyed",
            reason="AWS gives it to others: whoever lets the dashboard in by this address refuses it then.",
        )
    ]


def test_a_plan_without_changes_has_none() -> None:
    assert find_dangers("vpc", {"format_version": "1.2"}) == []


def test_every_type_that_the_stacks_make_is_classified() -> None:
    """By the bindings that they import: `cdktf_cdktf_provider_aws.s3_bucket` makes an aws_s3_bucket."""
    imported = {
        node.module.rpartition(".")[2]
        for file in STACKS.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("cdktf_cdktf_provider_aws.")
    }
    made = {f"aws_{name}" for name in imported if not name.startswith("data_") and name != "provider"}
    classified = {type_ for rule in RULES for type_ in rule.types}
    assert len(made) > 50
    assert made - classified - set(HARMLESS) == set()
    assert classified & set(HARMLESS) == set()
    assert set(HARMLESS) - made == set()


def test_a_real_plan_that_loosens_everything() -> None:
    """Of the test settings' prod, by Terraform 1.11 and the AWS provider 5.100: shortened to what the rules look at."""
    dangers = {
        (stack, danger.address.partition(".")[0], danger.level, danger.summary)
        for stack, plan in REAL.items()
        for danger in find_dangers(stack, plan)
    }
    gone = "is destroyed, because the code no longer has it"
    assert dangers == {
        ("alb", "aws_cloudwatch_log_group", "danger", f"the log group {gone}"),
        ("alb", "aws_cognito_user_pool", "danger", f"the user pool {gone}"),
        ("alb", "aws_lb", "danger", "deletion protection is switched off"),
        ("alb", "aws_wafv2_web_acl", "danger", f"the web firewall {gone}"),
        ("alerts", "aws_sns_topic", "danger", f"the topic of the alarms {gone}"),
        ("bucket", "aws_s3_bucket", "danger", "force_destroy is switched on"),
        ("bucket", "aws_s3_bucket_lifecycle_configuration", "danger", "old versions are kept 30 days, 365 before"),
        ("bucket", "aws_s3_bucket_server_side_encryption_configuration", "danger",
         "new objects are encrypted with AES256, aws:kms before"),
        ("cluster", "aws_ecs_cluster", "danger", "Container Insights goes from enabled to disabled"),
        ("ecr", "aws_ecr_lifecycle_policy", "danger", "images (untagged) are kept 3 days, 14 before"),
        ("ecr", "aws_ecr_repository", "danger", "force_delete is switched on"),
        ("encryption", "aws_kms_key", "notice",
         "the key stays, but Terraform forgets it, because the code no longer has it"),
        ("logs", "aws_s3_bucket_lifecycle_configuration", "danger", "objects are kept 7 days, 90 before"),
        ("service", "aws_cloudwatch_log_group", "danger", "entries are kept 7 days, 30 before"),
        ("service", "aws_cloudwatch_log_group", "danger", "the log loses its own key"),
        ("service", "aws_cloudwatch_metric_alarm", "danger", f"the alarm {gone}"),
        ("service", "aws_ecs_service", "danger", "alarms roll a deployment back no longer"),
        ("service", "aws_ecs_service", "danger", "alarms stop a deployment no longer"),
        ("service", "aws_ecs_service", "danger", "deployment_circuit_breaker.enable is not true"),
        ("service", "aws_ecs_service", "danger", "fewer alarms roll a deployment back"),
        ("service", "aws_ecs_task_definition", "danger", "container plotlyDashApp: readonlyRootFilesystem is not true"),
        ("service", "aws_iam_role_policy", "danger",
         "allows s3:GetObject on arn:aws:s3:::team-data/*, which it did not before"),
        ("service", "aws_iam_role_policy", "danger",
         "allows s3:ListBucket on arn:aws:s3:::team-data, which it did not before"),
        ("service", "aws_lb_listener", "danger", "requests reach the tasks without a sign-in"),
        ("service", "aws_lb_listener", "notice", "weaker ciphers are taken: ELBSecurityPolicy-TLS13-1-2-Res-2021-06 "
         "-> ELBSecurityPolicy-TLS13-1-2-2021-06"),
        ("service", "aws_lb_listener_rule", "danger", "a rule that asks for a sign-in is destroyed"),
        ("vpc", "aws_flow_log", "danger", f"the network's log {gone}"),
        ("vpc", "aws_subnet", "danger", "machines in the subnet get public addresses"),
        ("vpc", "aws_vpc_endpoint", "danger", "allows s3:ListBucket, s3:GetObject on arn:aws:s3:::team-data/*, "
         "arn:aws:s3:::team-data to everyone, which it did not before"),
    }  # fmt: skip
