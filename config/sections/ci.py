"""The pipelines on GitHub Actions, and who they are to AWS."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from config.sections.section import Section

# With numeric ids where GitHub's tokens name them, as those of repositories made since July 2026 do:
# https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
_OWNER, _NAME = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})", r"[A-Za-z0-9._-]{1,100}"
_REPOSITORY = rf"^(?:{_OWNER}/{_NAME}|{_OWNER}@\d{{1,20}}/{_NAME}@\d{{1,20}})$"


class Ci(Section):
    """The repository on GitHub whose workflows review and deploy this environment; without one, none does.

    `github_repository` is OWNER/NAME, or OWNER@ID/NAME@ID where GitHub's tokens name the ids, and is compared letter by
    letter. Only workflows on `branch` deploy.
    """

    github_repository: Annotated[str, Field(pattern=_REPOSITORY)] | None = None
    branch: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,254}$")]
    oidc_provider_arn: (
        Annotated[
            str, Field(pattern=r"^arn:aws[\w-]*:iam::\d{12}:oidc-provider/token\.actions\.githubusercontent\.com$")
        ]
        | None
    ) = None

    def contradictions(self) -> Iterator[tuple[str, str]]:
        if self.oidc_provider_arn is not None and self.github_repository is None:
            yield "oidc_provider_arn", "needs github_repository too: the repository that is trusted"
