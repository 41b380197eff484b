"""Few environments in which together every switch stands in each of its positions, and every optional key is given."""

from tests.stacks.test_sign_in import OIDC

FOUR_ZONES = {
    "aws__availability_zones": '["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]',
    "vpc__subnet_prefix": "19",
}

# No way leads to the internet, so nobody can sign in. People of one office and a VPN alone come in.
ISOLATED = {
    "vpc__nat": "none",
    "vpc__interface_endpoints": "true",
    "service__internet_access": "false",
    "sign_in__method": "none",
    "alb__allowed_cidrs": '["192.0.2.0/24", "198.51.100.0/24"]',
    "https__certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d",
    "https__policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "exec__enabled": "true",
    "task__read_only_root": "false",
    "task__architecture": "ARM64",
    "task__secrets": '{API_KEY = "arn:aws:ssm:us-east-1:123456789012:parameter/api-key", '
    'PASSWORD = "arn:aws:secretsmanager:us-east-1:123456789012:secret:password-AbCdEf"}',
    "task__secrets_key_arns": '["arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"]',
    "task__readable_buckets": '["team-data"]',
    "service__spot_share": "0.5",
}

EXISTING_NETWORK = {
    "vpc__id": "vpc-0a1b2c3d",
    "vpc__flow_logs": "false",
    "vpc__public_subnet_ids": '["subnet-0a1b2c3d", "subnet-1a1b2c3d"]',
    "vpc__private_subnet_ids": '["subnet-2a1b2c3d", "subnet-3a1b2c3d"]',
}

OWN_NAMES_AND_TIMES = {
    "vpc__public_subnets": '["10.0.1.0/24", "10.0.2.0/24"]',
    "vpc__private_subnets": '["10.0.3.0/24", "10.0.4.0/24"]',
    "access_logs__bucket": "our-logs",
    "bucket__name": "our-data",
    "bucket__noncurrent_days": "0",
    "state__bucket": "our-state",
    "state__noncurrent_days": "0",
    "exec__logging": "false",
    "encryption__customer_key": "false",
    "https__policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "https__redirect_ports": "[80, 8050]",
    "sign_in__cognito_domain_prefix": "our-dashboard",
    "waf__managed_rule_groups": "[]",
    "target_group__stickiness_seconds": "0",
    "timeouts__keep_alive": "70",
    "timeouts__deregistration_delay": "20",
    "timeouts__shutdown": "25",
    "timeouts__stop_timeout": "45",
    "ci__oidc_provider_arn": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    "ci__branch": "release",
}

# GitHub names the ids of newer repositories in their tokens.
PIPELINES = {"ci__github_repository": "example@1234/dashboard@5678"}

# By name: the environment of tests/settings, and single keys that differ.
VARIANTS: dict[str, tuple[str, dict[str, str]]] = {
    "prod": ("prod", {}),
    "dev": ("dev", PIPELINES),
    "reference": ("reference", {}),
    "isolated, in four zones": ("prod", ISOLATED | FOUR_ZONES),
    "an existing network, a provider of one's own": (
        "prod",
        EXISTING_NETWORK | OIDC | {"sign_in__client_secret_key": "secret"},
    ),
    "names and times of one's own": ("prod", OWN_NAMES_AND_TIMES),
}
