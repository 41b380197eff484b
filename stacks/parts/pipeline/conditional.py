"""What a deployment does under conditions of its own: making what has no name yet, and names in a shared zone."""

from config import Settings
from stacks.parts.pipeline.statements import Arns, Statement, allow, condition, requested


def make_unnamed(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what makes a certificate and a scalable target, whose ARNs AWS chooses, with this deployment's tags."""
    # Tags are given to nothing that has an environment already, so that nothing of others can be taken over.
    untagged = [condition("Null", "aws:ResourceTag/environment", "true")]
    certificates = arns.regional("acm", "certificate/*")
    targets = [arns.regional("application-autoscaling", "scalable-target/*")]
    return [
        allow("NewCertificate", ["acm:RequestCertificate"], ["*"], requested(settings)),
        allow(
            "NewCertificateTags",
            ["acm:AddTagsToCertificate"],
            [certificates],
            [*untagged, *requested(settings)],
        ),
        allow(
            "NewScaling",
            ["application-autoscaling:RegisterScalableTarget"],
            targets,
            [condition("StringEquals", "application-autoscaling:service-namespace", "ecs"), *requested(settings)],
        ),
        allow(
            "NewScalingTags",
            ["application-autoscaling:TagResource"],
            targets,
            [*untagged, *requested(settings)],
        ),
        # Target tracking makes them for whoever makes the policy:
        # https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
        allow(
            "ScalingAlarms",
            ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"],
            [
                arns.regional(
                    "cloudwatch", f"alarm:TargetTracking-service/{settings.cluster_name}/{settings.service_name}-*"
                )
            ],
        ),
    ]


def change_names(settings: Settings, arns: Arns) -> list[Statement]:
    """Return what changes the dashboard's name, and the proof for its certificate, in a zone that may hold others'.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
    """
    domain, zone_id = settings.https.domain, settings.https.zone_id
    if not domain or not zone_id:
        return []
    key = "route53:ChangeResourceRecordSetsNormalizedRecordNames"
    return [
        allow(
            "ChangeNames",
            ["route53:ChangeResourceRecordSets"],
            [arns.unique("route53", f"hostedzone/{zone_id}")],
            [condition("ForAllValues:StringLike", key, domain, f"_*.{domain}")],
        )
    ]


def read_secret_of_sign_in(settings: Settings) -> list[Statement]:
    """Return what CloudFormation needs to read the client secret of a provider of sign-in, for whoever deploys."""
    arn = settings.sign_in.client_secret_arn
    return [allow("SecretOfSignIn", ["secretsmanager:GetSecretValue"], [arn])] if arn else []
