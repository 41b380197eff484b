"""What tasks do in AWS, by name: their roles permit it, and the endpoints of the VPC let it through."""

PULL_IMAGE = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
LOG_IN_TO_REGISTRY = ["ecr:GetAuthorizationToken"]
WRITE_LOG = ["logs:CreateLogStream", "logs:PutLogEvents"]
READ_SECRET = ["secretsmanager:GetSecretValue"]
READ_PARAMETER = ["ssm:GetParameters"]
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
OPEN_SHELL_CHANNEL = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
]
