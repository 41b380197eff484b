"""Single settings, for the fixture `variant`, that make each kind of network."""

ZONES = {
    3: {"aws__availability_zones": '["us-east-1a", "us-east-1b", "us-east-1c"]', "vpc__subnet_prefix": "19"},
    4: {
        "aws__availability_zones": '["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d"]',
        "vpc__subnet_prefix": "19",
    },
}
WITHOUT_NAT = {"vpc__nat": "none", "vpc__interface_endpoints": "true", "service__internet_access": "false"}
EXISTING = {
    "vpc__id": "vpc-0123456789abcdef0",
    "vpc__public_subnet_ids": '["subnet-0000000a", "subnet-0000000b"]',
    "vpc__private_subnet_ids": '["subnet-0000000c", "subnet-0000000d"]',
}

SECRET = '"arn:aws:secretsmanager:us-east-1:123456789012:secret:dashboard/database-AbCdEf"'
PARAMETER = '"arn:aws:ssm:us-east-1:123456789012:parameter/dashboard/token"'
EXEC = {"exec__enabled": "true", "task__read_only_root": "false", "encryption__customer_key": "true"}
EVERY_ENDPOINT = WITHOUT_NAT | EXEC | {"task__secrets": f"{{TOKEN = {PARAMETER}, PASSWORD = {SECRET}}}"}
