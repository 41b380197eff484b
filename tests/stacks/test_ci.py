"""What the pipelines may do: all that a deployment needs, and nothing by which they become more."""

import json
from typing import Any

import pytest

from stacks.parts.pipeline.read_actions import READ_ACTIONS
from stacks.parts.pipeline.write_actions import WRITE_ACTIONS
from tests.stacks.conftest import Variant
from tests.stacks.permissions import ACCOUNT, BOUNDARY, Context, as_policy, named, permits, policies, statements
from tests.stacks.synthesized import Stack
from tests.stacks.variants import PIPELINES, VARIANTS

pytestmark = pytest.mark.unit

IAM = f"arn:aws:iam::{ACCOUNT}"
STATES = "arn:aws:s3:::plotly-dash-prod-tfstate-123456789012/plotly-dash/prod"
DATA = "arn:aws:s3:::plotly-dash-prod-data-123456789012"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0a1b2c3d"
TASK_ROLE = f"{IAM}:role/PlotlyDashService-task"
BOUND = {"iam:PermissionsBoundary": BOUNDARY}
ECS = f"arn:aws:ecs:us-east-1:{ACCOUNT}"
SERVICE = "ClusterPlotlyDash/PlotlyDashService"
REPOSITORY = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository"
LOG = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/ecs/plotly_dash_app:log-stream:one"

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
POLICY_CHARACTERS, TRUST_CHARACTERS, POLICIES_OF_A_ROLE = 6144, 2048, 10


def tags(environment: str, kind: str = "ResourceTag") -> Context:
    given = {"cost": "PlotlyDashInfra", "environment": environment, "project": "plotly-dash", "team": "data"}
    return {f"aws:{kind}/{key}": value for key, value in given.items()}


def actions_of(judged: list[dict[str, Any]]) -> set[str]:
    return {action for one in judged if one.get("effect", "Allow") == "Allow" for action in one["actions"]}


def emitted_types(stacks: dict[str, Stack]) -> set[str]:
    return {type_ for stack in stacks.values() for type_ in stack.json.get("resource", {})}


def length(judged: list[dict[str, Any]]) -> int:
    """Return the length of a policy as AWS counts it: without white space."""
    return len(json.dumps(as_policy(judged), separators=(",", ":")))


@pytest.fixture
def deploy(prod: dict[str, Stack]) -> list[dict[str, Any]]:
    return statements(prod["ci"], "deploy")


@pytest.fixture
def review(prod: dict[str, Stack]) -> list[dict[str, Any]]:
    return statements(prod["ci"], "review")


def with_pipelines(name: str, variant: Variant) -> dict[str, Stack]:
    """Return a variant's stacks; the reference has no pipelines otherwise."""
    environment, settings = VARIANTS[name]
    return variant(environment, **settings, **(PIPELINES if name == "reference" else {}))


@pytest.mark.parametrize("name", VARIANTS)
class TestEveryVariant:
    def test_every_type_of_resource_has_its_actions(self, name: str, variant: Variant) -> None:
        types = emitted_types(with_pipelines(name, variant))
        assert types - READ_ACTIONS.keys() == set()
        assert types - WRITE_ACTIONS.keys() == set()

    def test_the_roles_have_the_actions_of_every_type(self, name: str, variant: Variant) -> None:
        stacks = with_pipelines(name, variant)
        deploy, review = (actions_of(statements(stacks["ci"], role)) for role in ("deploy", "review"))
        for type_ in emitted_types(stacks):
            assert set(READ_ACTIONS[type_]) - review == set(), type_
            assert {*READ_ACTIONS[type_], *WRITE_ACTIONS[type_]} - deploy == set(), type_

    def test_no_policy_is_longer_than_aws_allows(self, name: str, variant: Variant) -> None:
        ci = with_pipelines(name, variant)["ci"]
        for role in ("deploy", "review"):
            found = policies(ci, role)
            assert 0 < len(found) <= POLICIES_OF_A_ROLE
            assert {part: length(one) for part, one in found.items() if length(one) > POLICY_CHARACTERS} == {}
            assert length(named(ci, f"{role}/trust")) <= TRUST_CHARACTERS
        assert length(named(ci, "task_boundary")) <= POLICY_CHARACTERS


class TestTheDeployRole:
    def test_makes_roles_of_tasks_within_the_boundary_only(self, deploy: list[dict[str, Any]]) -> None:
        for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"):
            assert permits(deploy, action, TASK_ROLE, BOUND)
            assert not permits(deploy, action, TASK_ROLE)
            assert not permits(deploy, action, TASK_ROLE, {"iam:PermissionsBoundary": f"{IAM}:policy/other"})
            assert not permits(deploy, action, f"{IAM}:role/other", BOUND)
        assert not permits(deploy, "iam:DeleteRolePermissionsBoundary", TASK_ROLE, BOUND)
        assert not permits(deploy, "iam:AttachRolePolicy", TASK_ROLE, BOUND)

    def test_passes_the_roles_of_tasks_to_ecs_only(self, deploy: list[dict[str, Any]]) -> None:
        to_ecs = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
        assert permits(deploy, "iam:PassRole", TASK_ROLE, to_ecs)
        assert not permits(deploy, "iam:PassRole", TASK_ROLE, {"iam:PassedToService": "lambda.amazonaws.com"})
        assert not permits(deploy, "iam:PassRole", TASK_ROLE)
        for other in ("other", "plotly-dash-prod-deploy", "PlotlyDashService-dev-task"):
            assert not permits(deploy, "iam:PassRole", f"{IAM}:role/{other}", to_ecs)

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("iam:AttachRolePolicy", "role/plotly-dash-prod-deploy"),
            ("iam:CreatePolicyVersion", "policy/plotly-dash-prod-deploy-identity"),
            ("iam:CreatePolicyVersion", "policy/plotly-dash-prod-task-boundary"),
            ("iam:CreateRole", "role/plotly-dash-prod-deploy"),
            ("iam:DeletePolicy", "policy/plotly-dash-prod-task-boundary"),
            ("iam:DeleteRolePermissionsBoundary", "role/PlotlyDashService-task"),
            ("iam:PutRolePolicy", "role/plotly-dash-prod-review"),
            ("iam:SetDefaultPolicyVersion", "policy/plotly-dash-prod-task-boundary"),
            ("iam:UpdateAssumeRolePolicy", "role/plotly-dash-prod-deploy"),
            ("iam:UpdateOpenIDConnectProviderThumbprint", "oidc-provider/token.actions.githubusercontent.com"),
            ("iam:AddClientIDToOpenIDConnectProvider", "oidc-provider/token.actions.githubusercontent.com"),
        ],
    )
    def test_does_not_change_the_pipelines_even_if_something_allowed_it(
        self, action: str, resource: str, deploy: list[dict[str, Any]]
    ) -> None:
        allowed = [*deploy, {"actions": ["iam:*"], "resources": ["*"]}]
        assert not permits(allowed, action, f"{IAM}:{resource}", BOUND)

    def test_makes_no_other_identity(self, deploy: list[dict[str, Any]]) -> None:
        for action in (
            "iam:CreateUser",
            "iam:CreateAccessKey",
            "iam:CreatePolicy",
            "sts:AssumeRole",
            "iam:CreateGroup",
        ):
            assert action not in actions_of(deploy)

    def test_reads_the_pipelines_as_planning_them_needs(self, deploy: list[dict[str, Any]]) -> None:
        for action, resource in (
            ("iam:GetRole", "role/plotly-dash-prod-deploy"),
            ("iam:ListAttachedRolePolicies", "role/plotly-dash-prod-review"),
            ("iam:GetPolicyVersion", "policy/plotly-dash-prod-deploy-identity"),
            ("iam:GetPolicy", "policy/plotly-dash-prod-task-boundary"),
            ("iam:GetOpenIDConnectProvider", "oidc-provider/token.actions.githubusercontent.com"),
        ):
            assert permits(deploy, action, f"{IAM}:{resource}")
        assert permits(deploy, "s3:GetObject", f"{STATES}/ci.tfstate")

    def test_writes_every_state_but_that_of_the_pipelines(self, deploy: list[dict[str, Any]]) -> None:
        assert permits(deploy, "s3:PutObject", f"{STATES}/service.tfstate")
        assert permits(deploy, "s3:PutObject", f"{STATES}/ci.tfstate.tflock")
        assert permits(deploy, "s3:DeleteObject", f"{STATES}/service.tfstate.tflock")
        assert not permits(deploy, "s3:PutObject", f"{STATES}/ci.tfstate")
        assert not permits(deploy, "s3:DeleteObject", f"{STATES}/service.tfstate")
        other = STATES.replace("dash/prod", "dash/dev")
        assert not permits(deploy, "s3:PutObject", f"{other}/service.tfstate")

    def test_changes_only_what_has_the_tags_of_the_deployment(self, deploy: list[dict[str, Any]]) -> None:
        vpc = f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/vpc-1"
        group = f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/sg-1"
        assert permits(deploy, "ec2:DeleteVpc", vpc, tags("prod"))
        assert permits(deploy, "ec2:CreateVpc", vpc, tags("prod", "RequestTag"))
        assert not permits(deploy, "ec2:CreateVpc", vpc)
        assert permits(deploy, "ec2:AuthorizeSecurityGroupIngress", group, tags("prod"))
        others = [{**tags("prod"), f"aws:ResourceTag/{key}": "others"} for key in ("project", "team")]
        for strangers in ({}, tags("dev"), *others):
            assert not permits(deploy, "ec2:DeleteVpc", vpc, strangers)
            assert not permits(deploy, "ec2:AuthorizeSecurityGroupIngress", group, strangers)

    def test_takes_over_nothing_by_giving_it_these_tags(self, deploy: list[dict[str, Any]]) -> None:
        ours = tags("prod", "RequestTag")
        theirs = {**ours, **tags("dev")}
        certificate = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/1"
        group, vpc = (f"arn:aws:ec2:us-east-1:{ACCOUNT}:{one}" for one in ("security-group/sg-1", "vpc/vpc-1"))
        assert permits(deploy, "ec2:CreateTags", group, ours)
        assert permits(deploy, "acm:AddTagsToCertificate", certificate, ours)
        assert permits(deploy, "ec2:CreateTags", vpc, {**ours, "ec2:CreateAction": "CreateVpc"})
        assert not permits(deploy, "ec2:CreateTags", vpc, ours)
        assert not permits(deploy, "ec2:CreateTags", group, theirs)
        assert not permits(deploy, "acm:AddTagsToCertificate", certificate, theirs)
        assert not permits(
            deploy, "cognito-idp:TagResource", f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/1", ours
        )
        assert "kms:TagResource" not in actions_of(deploy)

    @pytest.mark.parametrize(
        "action",
        [
            "cognito-idp:DeleteUserPool",
            "ecr:BatchDeleteImage",
            "ecr:DeleteRepository",
            "kms:DisableKey",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "logs:DeleteLogGroup",
            "s3:DeleteBucket",
            "s3:DeleteObjectVersion",
            "s3:PutBucketPolicy",
            "s3:PutBucketVersioning",
            "s3:PutLifecycleConfiguration",
        ],
    )
    def test_removes_nothing_that_cannot_be_made_again(self, action: str, deploy: list[dict[str, Any]]) -> None:
        assert action not in actions_of(deploy)
        assert not permits(deploy, "s3:DeleteObject", f"{DATA}/gapminder_unfiltered.csv")

    def test_changes_only_the_dashboards_names_in_its_zone(self, deploy: list[dict[str, Any]]) -> None:
        def changes(*names: str, zone: str = "Z0123456789ABCDEFGHIJ") -> bool:
            key = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
            zone_arn = f"arn:aws:route53:::hostedzone/{zone}"
            return permits(deploy, "route53:ChangeResourceRecordSets", zone_arn, {key: names})

        assert changes("dashboard.example.com")
        assert changes("_0a1b.dashboard.example.com")
        assert not changes("example.com")
        assert not changes("dashboard.example.com", "mail.example.com")
        assert not changes("dashboard.example.com", zone="ZOTHER")

    def test_uses_the_environments_key_for_data_and_images_only(self, deploy: list[dict[str, Any]]) -> None:
        by_s3 = {"kms:ResourceAliases": ["alias/plotly-dash-prod"], "kms:ViaService": "s3.us-east-1.amazonaws.com"}
        assert permits(deploy, "kms:Decrypt", KEY, by_s3)
        assert not permits(deploy, "kms:Decrypt", KEY, {**by_s3, "kms:ResourceAliases": ["alias/other"]})
        assert not permits(deploy, "kms:Decrypt", KEY, {**by_s3, "kms:ViaService": "rds.us-east-1.amazonaws.com"})
        by_ecr = {**by_s3, "kms:ViaService": "ecr.us-east-1.amazonaws.com", "kms:GrantIsForAWSResource": "true"}
        assert permits(deploy, "kms:CreateGrant", KEY, by_ecr)
        assert not permits(deploy, "kms:CreateGrant", KEY, {**by_ecr, "kms:GrantIsForAWSResource": "false"})

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("ecr:BatchCheckLayerAvailability", f"{REPOSITORY}/plotly-dash"),
            ("ecr:BatchGetImage", f"{REPOSITORY}/plotly-dash"),
            ("ecr:CompleteLayerUpload", f"{REPOSITORY}/plotly-dash"),
            ("ecr:DescribeImages", f"{REPOSITORY}/plotly-dash"),
            ("ecr:GetAuthorizationToken", "*"),
            ("ecr:InitiateLayerUpload", f"{REPOSITORY}/plotly-dash"),
            ("ecr:PutImage", f"{REPOSITORY}/plotly-dash"),
            ("ecr:UploadLayerPart", f"{REPOSITORY}/plotly-dash"),
            ("ecs:DescribeServiceDeployments", f"{ECS}:service-deployment/{SERVICE}/1"),
            ("ecs:DescribeTasks", f"{ECS}:task/ClusterPlotlyDash/1"),
            ("ecs:UpdateService", f"{ECS}:service/{SERVICE}"),
            ("logs:GetLogEvents", LOG),
            ("s3:GetObject", f"{DATA}/gapminder_unfiltered.csv"),
            ("s3:ListBucket", DATA),
            ("s3:ListBucket", STATES.partition("/")[0]),
            ("s3:PutObject", f"{DATA}/gapminder_unfiltered.csv"),
        ],
    )
    def test_does_what_a_deployment_does_besides_terraform(
        self, action: str, resource: str, deploy: list[dict[str, Any]]
    ) -> None:
        assert permits(deploy, action, resource)

    def test_tells_the_load_balancer_the_client_of_its_own_readers_only(self, deploy: list[dict[str, Any]]) -> None:
        pool = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/1"
        assert permits(deploy, "cognito-idp:DescribeUserPoolClient", pool, tags("prod"))
        assert not permits(deploy, "cognito-idp:DescribeUserPoolClient", pool, tags("dev"))

    def test_lists_the_tasks_of_its_cluster_only(self, deploy: list[dict[str, Any]]) -> None:
        cluster = f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster"
        assert permits(deploy, "ecs:ListTasks", "*", {"ecs:cluster": f"{cluster}/ClusterPlotlyDash"})
        assert not permits(deploy, "ecs:ListTasks", "*", {"ecs:cluster": f"{cluster}/other"})

    def test_allows_no_action_by_a_wildcard(self, deploy: list[dict[str, Any]]) -> None:
        assert not [action for action in actions_of(deploy) if "*" in action or "?" in action]

    def test_reads_the_secret_of_sign_in_and_no_other(self, variant: Variant) -> None:
        environment, settings = VARIANTS["an existing network, a provider of one's own"]
        own = statements(variant(environment, **settings)["ci"], "deploy")
        readable = [one["resources"] for one in own if "secretsmanager:GetSecretValue" in one["actions"]]
        assert readable == [[settings["sign_in__client_secret_arn"]]]


class TestTheReviewRole:
    def test_only_reads(self, review: list[dict[str, Any]]) -> None:
        verbs = {action.split(":")[1] for action in actions_of(review)}
        assert {verb for verb in verbs if not verb.startswith(("Describe", "Get", "List"))} == set()

    def test_reads_states_and_no_other_object(self, review: list[dict[str, Any]]) -> None:
        assert permits(review, "s3:GetObject", f"{STATES}/service.tfstate")
        assert permits(review, "s3:GetObject", f"{STATES}/ci.tfstate")
        assert not permits(review, "s3:GetObject", f"{STATES.replace('dash/prod', 'dash/dev')}/service.tfstate")
        assert not permits(review, "s3:GetObject", f"{DATA}/gapminder_unfiltered.csv")
        assert not permits(review, "s3:PutObject", f"{STATES}/service.tfstate.tflock")

    def test_reads_no_secret_no_log_and_decrypts_nothing(self, review: list[dict[str, Any]]) -> None:
        assert not permits(review, "logs:GetLogEvents", LOG)
        services = {action.split(":")[0] for action in actions_of(review)}
        assert not services & {"secretsmanager", "ssm", "sts"}
        assert not {"kms:Decrypt", "logs:FilterLogEvents", "logs:GetLogEvents"} & actions_of(review)


class TestTheBoundary:
    def test_every_role_of_a_task_has_it(self, prod: dict[str, Stack]) -> None:
        roles = prod["service"].all("aws_iam_role").values()
        assert len(roles) == 2
        (output,) = {role["permissions_boundary"] for role in roles}
        assert output.endswith("-ci.outputs.cross-stack-output-aws_iam_policytask_boundary_policyarn}")

    def test_is_there_with_pipelines_only(self, reference: dict[str, Stack], local: dict[str, Stack]) -> None:
        for stacks in (reference, local):
            assert "resource" not in stacks["ci"].json
            assert not any("permissions_boundary" in role for role in stacks["service"].all("aws_iam_role").values())

    def test_nothing_is_made_on_this_machine(self, variant: Variant) -> None:
        stacks = variant("local", ci__github_repository="example/dashboard")
        assert "resource" not in stacks["ci"].json

    @pytest.mark.parametrize("name", ["prod", "isolated, in four zones"])
    def test_permits_all_that_the_roles_of_tasks_need(self, name: str, variant: Variant) -> None:
        environment, settings = VARIANTS[name]
        stacks = variant(environment, **settings)
        boundary = actions_of(named(stacks["ci"], "task_boundary"))
        for role in ("task_permissions", "execution_permissions"):
            needed = {action for one in stacks["service"].policy(role) for action in one["actions"]}
            assert needed - boundary == set()

    def test_leads_to_no_other_data_and_to_no_identity(self, prod: dict[str, Stack]) -> None:
        boundary = named(prod["ci"], "task_boundary")
        assert permits(boundary, "s3:GetObject", f"{DATA}/gapminder_unfiltered.csv")
        assert not permits(boundary, "s3:GetObject", f"{STATES}/service.tfstate")
        assert not permits(boundary, "s3:PutObject", f"{DATA}/gapminder_unfiltered.csv")
        assert permits(boundary, "kms:Decrypt", KEY, {"kms:ResourceAliases": ["alias/plotly-dash-prod"]})
        assert not permits(boundary, "kms:Decrypt", KEY, {"kms:ResourceAliases": ["alias/other"]})
        services = {action.split(":")[0] for action in actions_of(boundary)}
        assert services == {"ecr", "kms", "logs", "s3", "ssmmessages"}
