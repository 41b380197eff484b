"""Makes the bucket that holds the Terraform state of every stack, its own included.

The bucket is made by the `state` stack, whose backend is the bucket: so the first apply keeps its state in a file, and
the state then moves. Whatever was interrupted in between is mended by running it again.
"""

from __future__ import annotations

import json
from pathlib import Path

from ops.aws import Aws
from ops.errors import OpsError
from ops.terraform import Terraform

STACK = "state"
# https://developer.hashicorp.com/terraform/language/files/override
_OVERRIDE = "backend_override.tf.json"
_LOCAL_STATE = "terraform.tfstate"


def bucket_exists(aws: Aws) -> bool:
    """Tell whether the state bucket exists. Raises OpsError where it is another account's or in another region."""
    from botocore.exceptions import ClientError

    name, account = aws.settings.state_bucket_name, aws.settings.aws.account_id
    with aws.errors():
        try:
            aws.s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
        except ClientError as error:
            match error.response.get("Error", {}).get("Code"):
                case "404" | "NoSuchBucket":
                    return False
                case "403" | "AccessDenied":
                    raise OpsError(
                        f"the bucket {name} belongs to another account than {account}, or the credentials may not list "
                        "it: name another with state.bucket, or use credentials that may"
                    ) from None
                case "301" | "PermanentRedirect":
                    raise OpsError(
                        f"the bucket {name} is in another region than {aws.settings.aws.region}: name another with "
                        "state.bucket, or correct aws.region"
                    ) from None
            raise
    return True


def ensure(aws: Aws, terraform: Terraform) -> str:
    """Make or update the state bucket, by Terraform in the `state` stack's folder; return what was done, in words."""
    exists = bucket_exists(aws)
    _forget_local_state(terraform.folder)
    if not exists:
        return _create(terraform)
    terraform.init()
    if not _state_exists(aws):
        terraform.import_resource(_bucket_address(terraform), aws.settings.state_bucket_name)
    return _apply_changes(terraform)


def _apply_changes(terraform: Terraform) -> str:
    """Apply what would change, and nothing where nothing would: a pipeline may read this state, and not write it."""
    file = terraform.folder / "tfplan"
    try:
        return terraform.apply(file) if terraform.plan(file, lock=False) else "no changes"
    finally:
        file.unlink(missing_ok=True)


def _create(terraform: Terraform) -> str:
    override = terraform.folder / _OVERRIDE
    override.write_text(json.dumps({"terraform": {"backend": {"local": {}}}}), encoding="utf-8")
    terraform.init_local_backend()
    outcome = terraform.apply()
    override.unlink()
    terraform.move_state()
    _forget_local_state(terraform.folder)
    return outcome


def _state_exists(aws: Aws) -> bool:
    from botocore.exceptions import ClientError

    with aws.errors():
        try:
            aws.s3.head_object(Bucket=aws.settings.state_bucket_name, Key=aws.settings.state_key(STACK))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"404", "NoSuchKey"}:
                return False
            raise
    return True


def _bucket_address(terraform: Terraform) -> str:
    (identifier,) = terraform.configuration["resource"]["aws_s3_bucket"]
    return f"aws_s3_bucket.{identifier}"


def _forget_local_state(folder: Path) -> None:
    """Remove what an interrupted run left: the bucket holds the state, or can be imported."""
    for path in (folder / _OVERRIDE, *folder.glob(f"{_LOCAL_STATE}*"), folder / ".terraform.tfstate.lock.info"):
        path.unlink(missing_ok=True)
