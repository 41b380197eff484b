"""Settings: what is derived, and that every bad value is refused with its file, key, value and what is allowed."""

import re
import shutil
from pathlib import Path

import pytest

from config import Settings, SettingsError
from tests.settings import FOLDER, settings_of

pytestmark = pytest.mark.unit

PROD = {"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "123456789012"}

SHIPPED = Path(__file__).parents[2] / "config"


def load(**overrides: str) -> Settings:
    """Settings of `local` with single keys set: `load(task__cpu="1024")`."""
    return settings_of({f"DASH__{key.upper()}": value for key, value in overrides.items()})


def problems(environ: dict[str, str], folder: Path = FOLDER) -> str:
    with pytest.raises(SettingsError) as error:
        settings_of(environ, folder)
    return str(error.value)


class TestEnvironments:
    def test_is_local_unless_told_otherwise(self) -> None:
        settings = settings_of({})
        assert settings.environment == "local"
        assert settings.endpoint_url == "http://127.0.0.1:4566"

    @pytest.mark.parametrize("environment", ["dev", "prod"])
    def test_reaches_aws_itself_elsewhere(self, environment: str) -> None:
        settings = settings_of({"DASH_ENV": environment, "DASH__AWS__ACCOUNT_ID": "123456789012"})
        assert settings.endpoint_url is None
        assert "AWS_ENDPOINT_URL" not in settings.container_environment

    @pytest.mark.parametrize("environment", ["dev", "prod"])
    def test_names_the_account_that_is_missing(self, environment: str) -> None:
        assert f"settings/{environment}.toml: aws.account_id: is required" in problems({"DASH_ENV": environment})

    def test_an_unknown_environment_is_refused_with_the_known_ones(self) -> None:
        message = problems({"DASH_ENV": "staging"})
        assert "DASH_ENV = 'staging'" in message
        assert "known environments are dev, local, prod, reference" in message

    def test_dev_and_prod_share_no_name_in_one_account(self) -> None:
        dev = settings_of({"DASH_ENV": "dev", "DASH__AWS__ACCOUNT_ID": "123456789012"})
        prod = settings_of(PROD)
        for name in (
            "state_bucket_name",
            "data_bucket_name",
            "repository_name",
            "cluster_name",
            "load_balancer_name",
            "task_family",
            "service_name",
            "target_group_name",
            "log_group_name",
            "vpc_name",
        ):
            assert getattr(dev, name) != getattr(prod, name), name


@pytest.mark.parametrize("environment", [path.stem for path in SHIPPED.glob("*.toml") if path.stem != "default"])
def test_the_settings_in_config_are_valid(environment: str) -> None:
    account = {} if environment == "local" else {"DASH__AWS__ACCOUNT_ID": "123456789012"}
    settings = settings_of({"DASH_ENV": environment} | account, SHIPPED)
    assert settings.environment == environment


class TestDerived:
    def test_prod_has_the_names_of_the_reference(self) -> None:
        settings = settings_of(PROD)
        assert settings.repository_name == "plotly-dash"
        assert settings.vpc_name == "VpcPlotlyDash"
        assert settings.cluster_name == "ClusterPlotlyDash"
        assert settings.load_balancer_name == "AlbPlotlyDash"
        assert settings.task_family == "plotly_dash_app"
        assert settings.service_name == "PlotlyDashService"
        assert settings.target_group_name == "PlotlyDashServiceAlbTarget"

    def test_subnets_cut_the_network_in_order_public_first(self) -> None:
        settings = load()
        assert [str(net) for net in settings.public_subnets] == ["10.0.0.0/18", "10.0.64.0/18"]
        assert [str(net) for net in settings.private_subnets] == ["10.0.128.0/18", "10.0.192.0/18"]

    def test_given_subnets_are_used_as_given(self) -> None:
        settings = load(
            vpc__public_subnets='["10.0.1.0/24", "10.0.2.0/24"]', vpc__private_subnets='["10.0.3.0/24", "10.0.4.0/24"]'
        )
        assert [str(net) for net in settings.private_subnets] == ["10.0.3.0/24", "10.0.4.0/24"]

    def test_time_outs_follow_from_the_idle_time(self) -> None:
        timeouts = load(timeouts__idle="20", timeouts__pre_stop="7").timeouts
        assert timeouts.keep_alive_seconds == 25
        assert timeouts.deregistration_delay_seconds == 20
        assert timeouts.shutdown_seconds == 20
        assert timeouts.stop_timeout_seconds == 32

    def test_the_longest_stop_that_fargate_allows_is_accepted(self) -> None:
        assert load(timeouts__pre_stop="85").timeouts.stop_timeout_seconds == 120
        assert load(timeouts__stop_timeout="120").timeouts.stop_timeout_seconds == 120

    def test_the_container_is_told_what_the_settings_say(self) -> None:
        environment = settings_of(
            PROD
            | {
                "DASH__PROJECT__NAME_SUFFIX": "-x",
                "DASH__DASHBOARD__WORKERS": "3",
                "DASH__DASHBOARD__POLL_SECONDS": "60",
            }
        ).container_environment
        assert environment["MEMORY_MIB"] == "4096"
        assert environment["METRICS_NAMESPACE"] == "PlotlyDash"
        assert environment["POLL_SECONDS"] == "60"
        assert environment["PRE_STOP_SECONDS"] == "5"
        assert environment["SERVICE_NAME"] == "PlotlyDashService-x"
        assert environment["SHUTDOWN_SECONDS"] == "30"
        assert environment["WORKERS"] == "3"

    def test_the_reference_drains_for_thirty_seconds(self) -> None:
        assert load().timeouts.deregistration_delay_seconds == 30

    def test_settings_cannot_be_changed(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            load().task.cpu = 1024  # type: ignore[misc]


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("task.cpu", "300", "allowed are 256, 512, 1024"),
        ("task.memory", "512", "with 512 CPU units Fargate has 1024, 2048, 3072, 4096 MiB"),
        ("task.port", "70000", "less than or equal to 65535"),
        ("task.port", "0", "greater than or equal to 1"),
        ("task.log_retention_days", "31", "allowed are 1, 3, 5, 7, 14, 30"),
        ("task.log_stream_prefix", "a:b", "should match pattern"),
        ("task.family", "a family", "letters, digits, hyphens and underscores"),
        ("alb.listener_port", "no", "valid integer"),
        ("alb.name", "x" * 33, "at most 32 letters"),
        ("alb.name", "internal-dash", "does not begin with 'internal-'"),
        ("target_group.name", "dash_target", "at most 32 letters"),
        ("target_group.name", "x" * 33, "at most 32 letters"),
        ("ecr.repository", "Plotly", "lower-case"),
        ("cluster.container_insights", "1", "valid boolean"),
        ("bucket.name", "My_Bucket", "lower-case letters, digits and hyphens"),
        ("bucket.name", "ab", "3 to 63"),
        ("bucket.name", "a" * 64, "3 to 63"),
        ("bucket.name", "-data", "no hyphen at either end"),
        ("bucket.name", "with.dots", "3 to 63"),
        ("bucket.name", "xn--data", "does not begin with"),
        ("bucket.name", "data-s3alias", "does not end with"),
        ("bucket.name", "plotly-dash-local-tfstate-000000000000", "bucket of the Terraform state"),
        ("state.bucket", "Bad", "3 to 63"),
        ("vpc.cidr", "10.0.0.0/40", "not a valid netmask"),
        ("vpc.cidr", "10.0.0.1/16", "has host bits set"),
        ("vpc.cidr", "network", "4 octets"),
        ("vpc.cidr", "10.0.0.0/8", "between /16 and /28"),
        ("vpc.cidr", "10.0.0.0/17", "too small for 4 subnets of /18"),
        ("vpc.cidr", "10.0.0.0/20", "too small for 4 subnets of /18"),
        ("vpc.subnet_prefix", "29", "less than or equal to 28"),
        ("aws.account_id", "12345", "should match pattern"),
        ("aws.region", "europe", "should match pattern"),
        ("aws.availability_zones", '["us-east-1a"]', "at least two"),
        ("aws.availability_zones", '["us-east-1a", "us-east-1a"]', "stands twice"),
        ("aws.availability_zones", '["us-east-1a", "eu-west-1b"]', "eu-west-1b is not in region us-east-1"),
        ("aws.availability_zones", '["us-east-1a", "us-east-11"]', "us-east-11 is not in region us-east-1"),
        ("aws.availability_zones", '"us-east-1a"', "valid array"),
        ("aws.region", "eu-west-1", "us-east-1a, us-east-1b is not in region eu-west-1"),
        ("service.desired_count", "-1", "greater than or equal to 0"),
        ("service.desired_count", "2.5", "valid integer"),
        ("target_group.health_check_timeout_seconds", "5", "less than health_check_interval_seconds = 5"),
        ("target_group.health_check_path", "health", "should match pattern"),
        ("target_group.stickiness_seconds", "604801", "less than or equal to 604800"),
        ("timeouts.idle", "0", "greater than or equal to 1"),
        ("timeouts.keep_alive", "60", "must be more than idle = 60"),
        ("timeouts.shutdown", "10", "must be at least deregistration_delay = 30"),
        ("timeouts.pre_stop", "-1", "greater than or equal to 0"),
        ("timeouts.pre_stop", "1.5", "valid integer"),
        ("timeouts.pre_stop", "86", "at most 120 s, and pre_stop + shutdown = 86 + 30 and a margin of 5 are more"),
        ("timeouts.stop_timeout", "31", "must be more than pre_stop + shutdown = 1 + 30"),
        ("timeouts.stop_timeout", "121", "at most 120 s"),
        ("timeouts.shutdown", "115", "at most 120 s, and pre_stop + shutdown = 1 + 115 and a margin of 5 are more"),
        ("dashboard.poll_seconds", "0", "greater than or equal to 1"),
        ("dashboard.poll_seconds", "3601", "less than or equal to 3600"),
        ("dashboard.workers", "0", "greater than or equal to 1"),
        ("dashboard.workers", "65", "less than or equal to 64"),
        ("dashboard.workers", "17", "task.memory = 4096 MiB has room for at most 16 of 256 MiB each"),
        ("dashboard.metrics_namespace", "AWS/ECS", "neither a space nor ':' nor 'AWS/'"),
        ("dashboard.metrics_namespace", ":dash", "neither a space nor ':'"),
        ("dashboard.metrics_namespace", " dash", "neither a space"),
        ("dashboard.metrics_namespace", "Dash bürd", "letters, digits, spaces"),
        ("dashboard.metrics_namespace", "x" * 256, "1 to 255"),
        ("dashboard.metrics_namespace", '""', "1 to 255"),
        ("project.name", "Plotly", "should match pattern"),
        ("project.name_suffix", "-much-too-long", "should match pattern"),
        ("project.team", '""', "at least 1 character"),
        ("local.port", "80", "greater than or equal to 1024"),
        ("vpc.nat", "two", "Input should be 'per-zone', 'single' or 'none'"),
        ("vpc.nat", "none", "interface_endpoints = true"),
        ("vpc.id", "vpc-xyz", "should match pattern"),
        ("vpc.public_subnet_ids", '["subnet-0a1b2c3d"]', "are of an existing VPC; name it with id"),
        ("encryption.customer_key", "yes", "valid boolean"),
        ("access_logs.retention_days", "0", "greater than or equal to 1"),
        ("access_logs.bucket", "Bad", "3 to 63"),
        ("access_logs.bucket", "plotly-dash-local-data-000000000000", "bucket of their own"),
        ("ecr.untagged_days", "0", "greater than or equal to 1"),
        ("bucket.noncurrent_days", "-1", "greater than or equal to 0"),
        ("state.noncurrent_days", "4000", "less than or equal to 3650"),
        ("alb.allowed_cidrs", "[]", "at least 1 item"),
        ("alb.allowed_cidrs", '["10.0.0.1/8"]', "has host bits set"),
        ("alb.allowed_cidrs", str([f"10.{number}.0.0/16" for number in range(61)]), "makes 61 rules"),
        ("https.domain", "Dashboard", "lower-case letters, digits and hyphens, parted by dots"),
        ("https.domain", "a..example.com", "parted by dots"),
        ("https.domain", "dashboard.example.com", "needs zone_id"),
        ("https.zone_id", "Z0123456789", "needs domain too"),
        ("https.certificate_arn", "arn:aws:acm:us-east-1:123456789012:certificate/0a1b", "needs domain too"),
        ("https.certificate_arn", "arn:aws:iam::123456789012:server-certificate/x", "should match pattern"),
        ("https.redirect_ports", "[443]", "443 is the port of HTTPS itself"),
        ("https.redirect_ports", "[80, 80]", "the same port stands twice"),
        ("https.policy", "ELBSecurityPolicy-2016-08", "Input should be 'ELBSecurityPolicy-TLS13"),
        ("sign_in.method", "password", "Input should be 'none', 'oidc' or 'cognito'"),
        ("sign_in.method", "cognito", "needs HTTPS"),
        ("sign_in.session_hours", "169", "less than or equal to 168"),
        ("sign_in.issuer", "http://login.example.com", "should match pattern"),
        ("sign_in.issuer", "https://login.example.com", 'is for method = "oidc"'),
        ("sign_in.issuer", "https://login.example.com:x", "should match pattern"),
        ("sign_in.client_id", " a", "should match pattern"),
        ("sign_in.client_id", "bé", "should match pattern"),
        ("sign_in.client_secret_key", "secret", 'is for method = "oidc"'),
        ("sign_in.client_secret_arn", "hunter2", "should match pattern"),
        ("sign_in.cognito_domain_prefix", "my-dashboard", 'is for method = "cognito"'),
        ("sign_in.cognito_domain_prefix", "my-cognito", "contains none of aws, amazon and cognito"),
        ("sign_in.sign_out_url", "https://login.example.com", 'is for method = "oidc"'),
        ("waf.rate_limit", "9", "greater than or equal to 10"),
        ("waf.managed_rule_groups", '["MyRules"]', "should match pattern"),
        ("waf.managed_rule_groups", '["AWSManagedRulesA", "AWSManagedRulesA"]', "the same rule group stands twice"),
        ("waf.log_retention_days", "31", "allowed are 1, 3, 5"),
        ("task.architecture", "arm", "Input should be 'X86_64' or 'ARM64'"),
        ("task.secrets", '{"a-b" = "arn:aws:ssm:us-east-1:123456789012:parameter/x"}', "should match pattern"),
        ("task.secrets", '{PASSWORD = "hunter2"}', "should match pattern"),
        (
            "task.secrets",
            '{PORT = "arn:aws:ssm:us-east-1:123456789012:parameter/x"}',
            "PORT: the dashboard is told this",
        ),
        ("task.readable_buckets", '["Team_Data"]', "3 to 63"),
        ("task.readable_buckets", '["team-data", "team-data"]', "the same bucket stands twice"),
        ("task.secrets_key_arns", '["alias/key"]', "should match pattern"),
        ("exec.logging", "maybe", "valid boolean"),
        ("service.platform_version", "newest", "should match pattern"),
        ("service.spot_share", "1.1", "less than or equal to 1"),
        ("service.spot_share", "-0.1", "greater than or equal to 0"),
        ("service.internet_access", "false", "only with vpc.interface_endpoints = true"),
        ("service.maximum_percent", "100", "needs maximum_percent above 100"),
        ("scaling.minimum", "0", "greater than or equal to 1"),
        ("scaling.maximum", "1", "must be at least minimum = 2"),
        ("scaling.cpu_percent", "95", "less than or equal to 90"),
        ("scaling.off_hours_tasks", "2", "less than or equal to 1"),
        ("scaling.off_hours_tasks", "0", "needs enabled = true"),
        ("scaling.work_begins", "7:00", "should match pattern"),
        ("scaling.work_days", "Monday", "should match pattern"),
        ("scaling.time_zone", "Berlin", "is not a time zone of the IANA database"),
        ("alarms.emails", '["nobody"]', "should match pattern"),
        ("alarms.emails", '["a@example.com", "a@example.com"]', "the same address stands twice"),
        ("alarms.server_error_percent", "0", "greater than 0"),
        ("alarms.data_age_hours", "0", "greater than or equal to 1"),
    ],
)
def test_a_bad_value_is_refused_with_key_value_and_what_is_allowed(key: str, value: str, allowed: str) -> None:
    table, name = key.split(".")
    text = "" if value == '""' else value
    message = problems({f"DASH__{table}__{name}".upper(): text})
    (line,) = [line for line in message.splitlines() if allowed in line]
    assert re.search(rf"\b({key}|{table}\.[a-z_]+)\b", line)


@pytest.mark.parametrize(
    ("variables", "key", "allowed"),
    [
        (
            {"vpc__nat": "none", "vpc__interface_endpoints": "true"},
            "service.internet_access",
            'must be false with vpc.nat = "none"',
        ),
        (
            {"vpc__interface_endpoints": "true", "service__internet_access": "false"},
            "sign_in.method",
            "needs service.internet_access = true",
        ),
        ({"exec__enabled": "true"}, "task.read_only_root", "must be false with exec.enabled"),
        (
            {"exec__enabled": "true", "exec__logging": "false", "task__read_only_root": "false"},
            "exec.logging",
            "must be true",
        ),
        (
            {"exec__enabled": "true", "task__read_only_root": "false", "encryption__customer_key": "false"},
            "exec.enabled",
            "needs encryption.customer_key = true",
        ),
        ({"access_logs__enabled": "false"}, "vpc.flow_logs", "needs access_logs.enabled = true"),
        ({"alarms__enabled": "false"}, "service.alarm_rollback", "needs alarms.enabled = true"),
        ({"service__desired_count": "7"}, "service.desired_count", "from scaling.minimum = 2 to scaling.maximum = 6"),
        ({"service__desired_count": "1"}, "service.desired_count", "from scaling.minimum = 2 to scaling.maximum = 6"),
        (
            {"scaling__off_hours_tasks": "1", "scaling__work_begins": "19:00", "scaling__work_ends": "07:00"},
            "scaling.work_ends",
            "must be later on the day than work_begins = 19:00",
        ),
        (
            {"https__certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b"},
            "https.certificate_arn",
            "must be of region us-east-1",
        ),
        ({"sign_in__method": "oidc"}, "sign_in.client_secret_arn", 'is required with method = "oidc"'),
        ({"project__name": "aws-dash"}, "sign_in.cognito_domain_prefix", "contains none of aws, amazon and cognito"),
        (
            {"vpc__id": "vpc-0a1b2c3d", "vpc__flow_logs": "true", "vpc__private_subnet_ids": "[]"},
            "vpc.private_subnet_ids",
            "at least two, in different zones",
        ),
        ({"vpc__id": "vpc-0a1b2c3d", "vpc__flow_logs": "true"}, "vpc.flow_logs", "an existing one is left as it is"),
        (
            {
                "vpc__id": "vpc-0a1b2c3d",
                "vpc__public_subnet_ids": '["subnet-0a1b2c3d", "subnet-1a1b2c3d"]',
                "vpc__private_subnet_ids": '["subnet-0a1b2c3d", "subnet-2a1b2c3d"]',
            },
            "vpc.private_subnet_ids",
            "subnet-0a1b2c3d is among public_subnet_ids too",
        ),
    ],
)
def test_what_cannot_be_together_is_refused_with_the_key_to_change(
    variables: dict[str, str], key: str, allowed: str
) -> None:
    environ = {f"DASH__{name.upper()}": value for name, value in variables.items()}
    message = problems(PROD | environ)
    assert [line for line in message.splitlines() if f" {key}" in line and allowed in line], message


def test_an_existing_network_is_taken_with_its_subnets() -> None:
    settings = settings_of(
        PROD
        | {
            "DASH__VPC__ID": "vpc-0a1b2c3d",
            "DASH__VPC__FLOW_LOGS": "false",
            "DASH__VPC__PUBLIC_SUBNET_IDS": '["subnet-0a1b2c3d", "subnet-1a1b2c3d"]',
            "DASH__VPC__PRIVATE_SUBNET_IDS": '["subnet-2a1b2c3d", "subnet-3a1b2c3d"]',
            "DASH__VPC__NAT": "none",
        }
    )
    assert not settings.vpc.is_new


def test_the_same_minimum_and_maximum_could_never_replace_a_task() -> None:
    message = problems({"DASH__SERVICE__MINIMUM_HEALTHY_PERCENT": "100", "DASH__SERVICE__MAXIMUM_PERCENT": "100"})
    assert "service.maximum_percent = 100" in message


@pytest.mark.parametrize(
    ("public", "private", "allowed"),
    [
        ('["10.0.1.0/24", "10.0.1.128/25"]', '["10.0.3.0/24", "10.0.4.0/24"]', "10.0.1.128/25 overlaps 10.0.1.0/24"),
        ('["10.0.1.0/24", "10.0.2.0/24"]', '["10.0.2.0/24", "10.0.4.0/24"]', "10.0.2.0/24 overlaps 10.0.2.0/24"),
        ('["10.0.1.0/24", "10.1.2.0/24"]', '["10.0.3.0/24", "10.0.4.0/24"]', "10.1.2.0/24 lies outside the VPC's"),
        ('["10.0.1.0/24"]', '["10.0.3.0/24", "10.0.4.0/24"]', "one subnet for each"),
        ("[]", '["10.0.3.0/24", "10.0.4.0/24"]', "or neither"),
        ('["10.0.1.0/24", "10.0.2.0/29"]', '["10.0.3.0/24", "10.0.4.0/24"]', "10.0.2.0/29: a subnet's address range"),
    ],
)
def test_given_subnets_must_fit_the_network_and_each_other(public: str, private: str, allowed: str) -> None:
    assert allowed in problems({"DASH__VPC__PUBLIC_SUBNETS": public, "DASH__VPC__PRIVATE_SUBNETS": private})


class TestSources:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return shutil.copytree(FOLDER, tmp_path / "config")

    def test_one_error_lists_every_bad_key_with_its_source(self, folder: Path) -> None:
        (folder / "dev.toml").write_text(
            '[aws]\nregion = 5\n[task]\ncpu = "512"\ncpus = 1\n[vpc]\ncidr = "10.0.0.0/33"\n'
        )
        message = problems({"DASH_ENV": "dev", "DASH__ALB__NAME": "-"}, folder)
        assert "have 6 errors" in message
        assert "config/dev.toml: aws.account_id: is required" in message
        assert "config/dev.toml: aws.region = 5: Input should be a valid string" in message
        assert "config/dev.toml: task.cpu = '512': Input should be a valid integer" in message
        assert "config/dev.toml: task.cpus = 1: unknown key; known are family" in message
        assert "config/dev.toml: vpc.cidr = '10.0.0.0/33'" in message
        assert "environment variable DASH__ALB__NAME: alb.name = '-'" in message

    def test_an_unknown_table_is_refused(self, folder: Path) -> None:
        (folder / "local.toml").write_text((folder / "local.toml").read_text() + "\n[colours]\nred = 1\n")
        assert "config/local.toml: colours: unknown table; known are project, aws" in problems({}, folder)

    def test_a_key_outside_of_a_table_is_refused(self, folder: Path) -> None:
        (folder / "dev.toml").write_text('region = "us-east-1"\n')
        assert "config/dev.toml: region = 'us-east-1': stands outside" in problems({"DASH_ENV": "dev"}, folder)

    def test_a_file_that_is_not_toml_is_refused_with_the_line(self, folder: Path) -> None:
        (folder / "dev.toml").write_text("[aws\n")
        message = problems({"DASH_ENV": "dev"}, folder)
        assert "config/dev.toml" in message
        assert "line 1" in message

    def test_a_folder_without_settings_is_refused(self, tmp_path: Path) -> None:
        message = problems({}, tmp_path)
        assert f"DASH_CONFIG_FOLDER = '{tmp_path}': there is no default.toml in that folder" in message

    def test_a_variable_of_the_wrong_form_is_refused(self) -> None:
        assert "the form is DASH__TABLE__KEY" in problems({"DASH__TASK": "1"})

    def test_a_variable_cannot_make_an_environment_local(self) -> None:
        message = problems(PROD | {"DASH__LOCAL__PORT": "4570", "DASH__LOCAL__FOLDER": ".local"})
        assert "DASH__LOCAL__PORT: local.port = '4570': there is no table [local]" in message

    def test_an_account_of_digits_stays_text(self) -> None:
        assert settings_of(PROD).aws.account_id == "123456789012"

    def test_a_bucket_name_of_digits_stays_text(self) -> None:
        assert load(bucket__name="123456").data_bucket_name == "123456"


def test_names_are_checked_with_their_suffix() -> None:
    message = problems({"DASH__PROJECT__NAME_SUFFIX": "-abcdefghi"})
    assert "target_group.name = 'PlotlyDashServiceAlbTarget': makes the name" in message
