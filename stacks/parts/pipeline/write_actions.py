"""What Terraform does to make, change and remove a resource, by the type of the resource.

From the calls that the provider made (5.100.0), and the create, update and delete handlers of CloudFormation's resource
types: https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/supported-resources.html

What holds what nobody can make again is left to a person: a pipeline neither makes nor removes a pool of readers, and
removes no registry or log. It changes no key and no bucket: who writes the policy of one can do anything to what is
in it. Such types, and those of the `ci` stack, stand here without actions.
"""

_INGRESS = ("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress")
_EGRESS = ("ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress")
_EC2_TAGS = ("ec2:CreateTags", "ec2:DeleteTags")
_CHANGE_RULE = ("ec2:ModifySecurityGroupRules", *_EC2_TAGS)
_ELB_TAGS = ("elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags")
_ECS_TAGS = ("ecs:TagResource", "ecs:UntagResource")

WRITE_ACTIONS: dict[str, tuple[str, ...]] = {
    "aws_acm_certificate": (
        "acm:AddTagsToCertificate",
        "acm:DeleteCertificate",
        "acm:RemoveTagsFromCertificate",
        "acm:RequestCertificate",
        "acm:UpdateCertificateOptions",
    ),
    "aws_acm_certificate_validation": (),
    "aws_appautoscaling_policy": (
        "application-autoscaling:DeleteScalingPolicy",
        "application-autoscaling:PutScalingPolicy",
    ),
    "aws_appautoscaling_scheduled_action": (
        "application-autoscaling:DeleteScheduledAction",
        "application-autoscaling:PutScheduledAction",
    ),
    "aws_appautoscaling_target": (
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:RegisterScalableTarget",
        "application-autoscaling:TagResource",
        "application-autoscaling:UntagResource",
    ),
    "aws_cloudformation_stack": (
        "cloudformation:CreateStack",
        "cloudformation:DeleteStack",
        "cloudformation:DescribeStackEvents",
        "cloudformation:TagResource",
        "cloudformation:UntagResource",
        "cloudformation:UpdateStack",
    ),
    "aws_cloudwatch_dashboard": ("cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"),
    "aws_cloudwatch_log_group": (
        "logs:AssociateKmsKey",
        "logs:CreateLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:DisassociateKmsKey",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
    ),
    "aws_cloudwatch_metric_alarm": (
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
    ),
    # The client is read by the load balancer, for whoever gives a listener or a rule the pool:
    # https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v2.13.4/docs/install/iam_policy.json
    "aws_cognito_user_pool": (
        "cognito-idp:DescribeUserPoolClient",
        "cognito-idp:SetUserPoolMfaConfig",
        "cognito-idp:TagResource",
        "cognito-idp:UntagResource",
        "cognito-idp:UpdateUserPool",
    ),
    "aws_cognito_user_pool_domain": ("cognito-idp:CreateUserPoolDomain", "cognito-idp:DeleteUserPoolDomain"),
    "aws_default_security_group": (*_INGRESS, *_EGRESS, *_EC2_TAGS),
    "aws_ecr_lifecycle_policy": ("ecr:DeleteLifecyclePolicy", "ecr:PutLifecyclePolicy"),
    "aws_ecr_repository": (
        "ecr:CreateRepository",
        "ecr:PutImageScanningConfiguration",
        "ecr:PutImageTagMutability",
        "ecr:TagResource",
        "ecr:UntagResource",
    ),
    "aws_ecs_cluster": ("ecs:CreateCluster", "ecs:DeleteCluster", "ecs:UpdateCluster", *_ECS_TAGS),
    "aws_ecs_cluster_capacity_providers": ("ecs:PutClusterCapacityProviders",),
    "aws_ecs_service": ("ecs:CreateService", "ecs:DeleteService", "ecs:UpdateService", *_ECS_TAGS),
    "aws_ecs_task_definition": ("ecs:DeregisterTaskDefinition", "ecs:RegisterTaskDefinition", *_ECS_TAGS),
    "aws_eip": ("ec2:AllocateAddress", "ec2:DisassociateAddress", "ec2:ReleaseAddress", *_EC2_TAGS),
    # https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
    "aws_flow_log": (
        "ec2:CreateFlowLogs",
        "ec2:DeleteFlowLogs",
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        *_EC2_TAGS,
    ),
    "aws_iam_openid_connect_provider": (),
    "aws_iam_policy": (),
    "aws_iam_role": (
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:PutRolePermissionsBoundary",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
    ),
    "aws_iam_role_policy": ("iam:DeleteRolePolicy", "iam:PutRolePolicy"),
    "aws_iam_role_policy_attachment": (),
    "aws_internet_gateway": (
        "ec2:AttachInternetGateway",
        "ec2:CreateInternetGateway",
        "ec2:DeleteInternetGateway",
        "ec2:DetachInternetGateway",
        *_EC2_TAGS,
    ),
    "aws_kms_alias": (),
    "aws_kms_key": (),
    "aws_lb": (
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
        *_ELB_TAGS,
    ),
    "aws_lb_listener": (
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
        *_ELB_TAGS,
    ),
    "aws_lb_listener_rule": (
        "elasticloadbalancing:CreateRule",
        "elasticloadbalancing:DeleteRule",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:SetRulePriorities",
        *_ELB_TAGS,
    ),
    "aws_lb_target_group": (
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        *_ELB_TAGS,
    ),
    "aws_nat_gateway": ("ec2:CreateNatGateway", "ec2:DeleteNatGateway", *_EC2_TAGS),
    "aws_route": ("ec2:CreateRoute", "ec2:DeleteRoute", "ec2:ReplaceRoute"),
    "aws_route53_record": ("route53:ChangeResourceRecordSets", "route53:GetChange"),
    "aws_route_table": ("ec2:CreateRouteTable", "ec2:DeleteRouteTable", *_EC2_TAGS),
    "aws_route_table_association": (
        "ec2:AssociateRouteTable",
        "ec2:DisassociateRouteTable",
        "ec2:ReplaceRouteTableAssociation",
    ),
    "aws_s3_bucket": (),
    "aws_s3_bucket_lifecycle_configuration": (),
    "aws_s3_bucket_logging": (),
    "aws_s3_bucket_ownership_controls": (),
    "aws_s3_bucket_policy": (),
    "aws_s3_bucket_public_access_block": (),
    "aws_s3_bucket_server_side_encryption_configuration": (),
    "aws_s3_bucket_versioning": (),
    "aws_security_group": ("ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup", *_EGRESS, *_EC2_TAGS),
    "aws_sns_topic": (
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:SetTopicAttributes",
        "sns:TagResource",
        "sns:UntagResource",
    ),
    "aws_sns_topic_policy": ("sns:SetTopicAttributes",),
    "aws_sns_topic_subscription": ("sns:SetSubscriptionAttributes", "sns:Subscribe", "sns:Unsubscribe"),
    "aws_subnet": ("ec2:CreateSubnet", "ec2:DeleteSubnet", "ec2:ModifySubnetAttribute", *_EC2_TAGS),
    "aws_vpc": ("ec2:CreateVpc", "ec2:DeleteVpc", "ec2:ModifyVpcAttribute", *_EC2_TAGS),
    "aws_vpc_endpoint": ("ec2:CreateVpcEndpoint", "ec2:DeleteVpcEndpoints", "ec2:ModifyVpcEndpoint", *_EC2_TAGS),
    "aws_vpc_security_group_egress_rule": (*_EGRESS, *_CHANGE_RULE),
    "aws_vpc_security_group_ingress_rule": (*_INGRESS, *_CHANGE_RULE),
    "aws_wafv2_web_acl": (
        "wafv2:CreateWebACL",
        "wafv2:DeleteWebACL",
        "wafv2:TagResource",
        "wafv2:UntagResource",
        "wafv2:UpdateWebACL",
    ),
    "aws_wafv2_web_acl_association": (
        "elasticloadbalancing:SetWebACL",
        "wafv2:AssociateWebACL",
        "wafv2:DisassociateWebACL",
    ),
    # https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    "aws_wafv2_web_acl_logging_configuration": (
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeResourcePolicies",
        "logs:PutResourcePolicy",
        "wafv2:DeleteLoggingConfiguration",
        "wafv2:PutLoggingConfiguration",
    ),
}
