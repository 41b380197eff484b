"""Makes up the outputs of stacks that are not deployed, of the form that AWS would give them."""

import hashlib
import re
from typing import Any

_REFERENCE = re.compile(r"(?:data\.)?(aws_\w+)\.([\w-]+)\.([\w.]+)")
_INTERPOLATION = re.compile(r"\$\{([^}]*)\}")

# Where the ARN of a type is not `arn:aws:SERVICE:REGION:ACCOUNT:NAME`:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_ARNS = {
    "aws_acm_certificate": "acm:{region}:{account}:certificate/{uuid}",
    "aws_cloudwatch_log_group": "logs:{region}:{account}:log-group:{name}",
    "aws_cloudwatch_metric_alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "aws_cognito_user_pool": "cognito-idp:{region}:{account}:userpool/{region}_{mark:.9}",
    "aws_ecr_repository": "ecr:{region}:{account}:repository/{name}",
    "aws_ecs_cluster": "ecs:{region}:{account}:cluster/{name}",
    "aws_iam_role": "iam::{account}:role/{name}",
    "aws_kms_key": "kms:{region}:{account}:key/{uuid}",
    "aws_lb": "elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{mark:.16}",
    "aws_lb_listener": "elasticloadbalancing:{region}:{account}:listener/app/{name}/{mark:.16}/{mark:.16}",
    "aws_lb_target_group": "elasticloadbalancing:{region}:{account}:targetgroup/{name}/{mark:.16}",
    "aws_s3_bucket": "s3:::{name}",
    "aws_wafv2_web_acl": "wafv2:{region}:{account}:regional/webacl/{name}/{uuid}",
}
# Where the id of a type is not its name.
_IDS = {
    "aws_eip": "eipalloc-{mark:.17}",
    "aws_internet_gateway": "igw-{mark:.17}",
    "aws_kms_key": "{uuid}",
    "aws_nat_gateway": "nat-{mark:.17}",
    "aws_route53_zone": "Z{mark:.17}",
    "aws_route_table": "rtb-{mark:.17}",
    "aws_security_group": "sg-{mark:.17}",
    "aws_subnet": "subnet-{mark:.17}",
    "aws_vpc": "vpc-{mark:.17}",
    "aws_vpc_endpoint": "vpce-{mark:.17}",
}
_ATTRIBUTES = {
    "dns_name": "{name}.{region}.elb.amazonaws.com",
    "key_id": "{uuid}",
    "prefix_list_id": "pl-{mark:.17}",
    "repository_url": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
    "zone_id": "Z{mark:.13}",
}
_NAMES = ("name", "bucket", "family", "domain")


class MadeUpOutputs:
    """The outputs of one stack, made up from its synthesized `configuration`.

    What the configuration says is taken from it; what only AWS knows (ids, ARNs, host names) has AWS's form, and
    differs between resources.
    """

    def __init__(self, configuration: dict[str, Any]) -> None:
        self._configuration = configuration
        provider = configuration["provider"]["aws"][0]
        self._region = provider["region"]
        self._account = provider["allowed_account_ids"][0]

    def value(self, output: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a value for an output. Raises KeyError where the stack declares none of this name."""
        return self._resolved(self._configuration["output"][output]["value"])

    def _resolved(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, list):
            return [self._resolved(item) for item in value]
        if not isinstance(value, str):
            return value
        if whole := _INTERPOLATION.fullmatch(value):
            return self._evaluated(whole[1])
        return _INTERPOLATION.sub(lambda found: str(self._evaluated(found[1])), value)

    def _evaluated(self, expression: str) -> Any:  # noqa: ANN401 - any JSON
        """Return a value for the first attribute of a resource in an expression; functions around it are not run."""
        reference = _REFERENCE.search(expression)
        if not reference:
            return "made-up"
        type_, resource, attribute = reference.groups()
        configured = self._configured(type_, resource)
        if attribute in configured:
            return self._resolved(configured[attribute])
        name = next((self._resolved(configured[key]) for key in _NAMES if key in configured), resource)
        return self._made_up(type_, attribute, name)

    def _configured(self, type_: str, resource: str) -> dict[str, Any]:
        attributes: dict[str, Any] = self._configuration.get("resource", {}).get(type_, {}).get(resource, {})
        return attributes

    def _made_up(self, type_: str, attribute: str, name: str) -> str | list[str]:
        if attribute == "ids":  # of a data source that lists
            return [self._made_up_one(type_.removesuffix("s"), "id", f"{name}-{number}") for number in range(2)]
        return self._made_up_one(type_, attribute, name)

    def _made_up_one(self, type_: str, attribute: str, name: str) -> str:
        service = type_.split("_")[1]
        arn = "arn:aws:" + _ARNS.get(type_, f"{service}:{{region}}:{{account}}:{{name}}")
        forms = {**_ATTRIBUTES, "arn": arn, "arn_suffix": arn, "id": _IDS.get(type_, "{name}")}
        mark = hashlib.sha256(f"{type_}.{name}".encode()).hexdigest()
        uuid = f"{mark[:8]}-{mark[8:12]}-{mark[12:16]}-{mark[16:20]}-{mark[20:32]}"
        made_up = forms.get(attribute, f"made-up-{attribute}").format(
            region=self._region, account=self._account, name=name, mark=mark, uuid=uuid
        )
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
        return made_up.rpartition(":")[2].removeprefix("loadbalancer/") if attribute == "arn_suffix" else made_up
