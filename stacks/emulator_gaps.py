"""What the local emulator forgets of what it is told."""

from collections.abc import Mapping, Sequence

from cdktf import App, TerraformResource


def ignore_forgotten(app: App, forgotten: Mapping[str, Sequence[str]]) -> None:
    """Have Terraform ignore attributes that the emulator does not give back, so that a second plan is empty.

    `forgotten` holds, for a resource type, its attributes' names; a resource goes on ignoring its own too. Nothing that
    is emitted for AWS comes by here.
    """
    for construct in app.node.find_all():
        if isinstance(construct, TerraformResource) and construct.terraform_resource_type in forgotten:
            construct.add_override("lifecycle.ignore_changes", list(forgotten[construct.terraform_resource_type]))
