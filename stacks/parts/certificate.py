"""The certificate of the dashboard's host name."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

# https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html: ACM looks again before each renewal.
_TTL_SECONDS = 300


class Certificate(Construct):
    """A certificate for one host name, proven by a record in its Route 53 zone; ACM renews it while that stays.

    Typed attributes: `arn`, known to others only once the certificate is valid.
    """

    def __init__(self, scope: Construct, id: str, *, domain: str, zone_id: str) -> None:
        super().__init__(scope, id)
        certificate = AcmCertificate(
            self,
            "certificate",
            domain_name=domain,
            validation_method="DNS",
            # A listener cannot be without one: the new one is there before the old one goes.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        # One host name asks for one record.
        proof = certificate.domain_validation_options.get(0)
        record = Route53Record(
            self,
            "proof",
            zone_id=zone_id,
            name=proof.resource_record_name,
            type=proof.resource_record_type,
            records=[proof.resource_record_value],
            ttl=_TTL_SECONDS,
            # A second environment, or one that was made before, may have written the same record for this name.
            allow_overwrite=True,
        )
        validation = AcmCertificateValidation(
            self, "validation", certificate_arn=certificate.arn, validation_record_fqdns=[record.fqdn]
        )
        self.arn = validation.certificate_arn
