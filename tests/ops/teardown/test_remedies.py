"""The commands that remove leftovers are commands that AWS has, with all that they need."""

import re

import botocore.session
import pytest
from botocore import xform_name

from ops.teardown.arn import Arn
from ops.teardown.existence import _LOOKS
from ops.teardown.remedies import _BY_HAND, _COMMANDS, remedy

pytestmark = pytest.mark.unit


def an_arn(kind: str) -> Arn:
    return Arn(f"arn:aws:{kind}/parent/one", kind, "parent/one")


@pytest.mark.parametrize("kind", sorted(_COMMANDS))
def test_a_command_is_one_of_aws_with_its_required_arguments(kind: str) -> None:
    words = remedy(an_arn(kind), "us-east-1").split()

    assert words[0] == "aws"
    assert words[-2:] == ["--region", "us-east-1"]
    model = botocore.session.get_session().get_service_model(words[1])
    operations = {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}
    shape = operations[words[2]].input_shape
    assert shape is not None
    members = {xform_name(name, "-"): name for name in shape.members}
    given = {word.removeprefix("--") for word in words[3:-2] if word.startswith("--")}
    assert given <= members.keys()
    assert set(shape.required_members) <= {members[name] for name in given}


def test_every_kind_whose_existence_is_asked_has_a_remedy() -> None:
    assert _LOOKS.keys() <= _COMMANDS.keys() | _BY_HAND.keys()


def test_a_command_names_the_resource() -> None:
    assert remedy(Arn.of("arn:aws:ecs:eu-west-1:1:service/Cluster/Dash"), "eu-west-1") == (
        "aws ecs delete-service --force --cluster Cluster --service arn:aws:ecs:eu-west-1:1:service/Cluster/Dash "
        "--region eu-west-1"
    )
    assert not re.search("[{}]", " ".join(remedy(an_arn(kind), "r") for kind in _COMMANDS))


def test_what_no_command_removes_is_removed_by_hand() -> None:
    assert remedy(Arn.of("arn:aws:s3:::data"), "us-east-1") == "empty and delete it in the console of S3"
    assert remedy(Arn.of("arn:aws:wafv2:us-east-1:1:regional/webacl/a/1"), "us-east-1") == (
        "delete it in the console of wafv2"
    )
