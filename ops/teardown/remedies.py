"""What removes a resource that Terraform does not have."""

from __future__ import annotations

from ops.teardown.arn import Arn


def remedy(arn: Arn, region: str) -> str:
    """Return the command that removes a resource, or where it is removed by hand."""
    service = arn.kind.partition(":")[0]
    if command := _COMMANDS.get(arn.kind):
        return f"aws {service.replace('elasticloadbalancing', 'elbv2')} {command.format(arn=arn)} --region {region}"
    return _BY_HAND.get(arn.kind, f"delete it in the console of {service}")


_BY_HAND = {
    "ec2:security-group-rule": "goes with its security group",
    # Its old versions too, which no single command deletes:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/empty-bucket.html
    "s3": "empty and delete it in the console of S3",
}
_COMMANDS = {
    "acm:certificate": "delete-certificate --certificate-arn {arn.text}",
    "cloudformation:stack": "delete-stack --stack-name {arn.text}",
    "cloudwatch:alarm": "delete-alarms --alarm-names {arn.id}",
    "cognito-idp:userpool": "delete-user-pool --user-pool-id {arn.id}",
    "ec2:elastic-ip": "release-address --allocation-id {arn.id}",
    "ec2:internet-gateway": "delete-internet-gateway --internet-gateway-id {arn.id}",
    "ec2:natgateway": "delete-nat-gateway --nat-gateway-id {arn.id}",
    "ec2:network-interface": "delete-network-interface --network-interface-id {arn.id}",
    "ec2:route-table": "delete-route-table --route-table-id {arn.id}",
    "ec2:security-group": "delete-security-group --group-id {arn.id}",
    "ec2:subnet": "delete-subnet --subnet-id {arn.id}",
    "ec2:vpc": "delete-vpc --vpc-id {arn.id}",
    "ec2:vpc-endpoint": "delete-vpc-endpoints --vpc-endpoint-ids {arn.id}",
    "ec2:vpc-flow-log": "delete-flow-logs --flow-log-ids {arn.id}",
    "ecr:repository": "delete-repository --force --repository-name {arn.id}",
    "ecs:cluster": "delete-cluster --cluster {arn.text}",
    "ecs:service": "delete-service --force --cluster {arn.parent} --service {arn.text}",
    "ecs:task": "stop-task --cluster {arn.parent} --task {arn.text}",
    "ecs:task-definition": "deregister-task-definition --task-definition {arn.text}",
    "elasticloadbalancing:listener": "delete-listener --listener-arn {arn.text}",
    "elasticloadbalancing:listener-rule": "delete-rule --rule-arn {arn.text}",
    "elasticloadbalancing:loadbalancer": "delete-load-balancer --load-balancer-arn {arn.text}",
    "elasticloadbalancing:targetgroup": "delete-target-group --target-group-arn {arn.text}",
    "kms:key": "schedule-key-deletion --pending-window-in-days 30 --key-id {arn.id}",
    "logs:log-group": "delete-log-group --log-group-name {arn.id}",
    "sns": "delete-topic --topic-arn {arn.text}",
}
