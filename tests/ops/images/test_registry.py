"""The versions in the registry: of the emulator, and in answers as AWS gives them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from ops.aws import Aws
from ops.errors import OpsError
from ops.images.registry import (
    Image,
    find_image,
    list_images,
    read_manifests,
    repository_address,
    sbom_tag,
)
from ops.images.stand_in import STAND_IN_TYPE, put_stand_in
from tests.ops.images.conftest import Put, on_the_emulator

NAME = {"repositoryName": "plotly-dash"}


class TestOnTheEmulator:
    pytestmark = on_the_emulator

    def test_without_a_repository_there_are_no_versions(self, local: Aws) -> None:
        assert find_image(local, "1.0.0") is None
        assert list_images(local) == []
        with pytest.raises(OpsError, match=r"no repository '\w+' yet: deploy the stack `ecr` first"):
            repository_address(local)

    def test_a_repository_is_pushed_to_on_loopback(self, aws: Aws) -> None:
        assert repository_address(aws) == f"{str(aws.settings.endpoint_url)[7:]}/{aws.settings.repository_name}"

    def test_an_unknown_version_is_none(self, aws: Aws, put: Put) -> None:
        put("1.0.0")
        assert find_image(aws, "1.0.1") is None

    def test_a_version_is_found_and_listed_alike(self, aws: Aws, put: Put) -> None:
        digest = put("1.0.0")
        found = find_image(aws, "1.0.0")
        assert found is not None
        assert (found.version, found.digest, found.stand_in, found.sbom) == ("1.0.0", digest, False, False)
        assert found.size > 0
        assert abs((datetime.now(UTC) - found.pushed_at).total_seconds()) < 60
        assert list_images(aws) == [found]

    def test_an_image_is_as_large_as_its_layers(self, aws: Aws, put: Put) -> None:
        put("1.0.0", layers=[{"size": 30_000_000}, {"size": 12}])
        assert find_image(aws, "1.0.0").size == 30_000_012  # type: ignore[union-attr]

    def test_a_stand_in_says_so(self, aws: Aws) -> None:
        put_stand_in(aws, "1.0.0", "a" * 64)
        found = find_image(aws, "1.0.0")
        assert found is not None
        assert found.stand_in
        assert list_images(aws) == [found]

    def test_neither_an_sbom_nor_what_has_no_tag_is_a_version(self, aws: Aws, put: Put) -> None:
        digest = put("1.0.0")
        put(None)
        put(sbom_tag(digest), subject={"digest": digest})
        (found,) = list_images(aws)
        assert (found.version, found.sbom) == ("1.0.0", True)
        assert find_image(aws, "1.0.0") == found
        assert find_image(aws, sbom_tag(digest)) is None

    def test_an_image_with_two_names_is_two_versions(self, aws: Aws) -> None:
        put_stand_in(aws, "1.0.0", "a" * 64)
        put_stand_in(aws, "1.0.1", "a" * 64)
        assert [image.version for image in list_images(aws)] == ["1.0.1", "1.0.0"]
        assert find_image(aws, "1.0.0").digest == find_image(aws, "1.0.1").digest  # type: ignore[union-attr]


class TestWithAnswersOfAws:
    pytestmark = pytest.mark.unit

    @pytest.fixture
    def answers(self, unreached: Aws) -> Iterator[Stubber]:
        with Stubber(unreached.ecr) as stubber:
            yield stubber
            stubber.assert_no_pending_responses()

    @pytest.mark.parametrize("code", ["ImageNotFoundException", "RepositoryNotFoundException"])
    def test_a_version_that_is_not_there_is_none(self, code: str, unreached: Aws, answers: Stubber) -> None:
        answers.add_client_error("describe_images", code)
        assert find_image(unreached, "1.0.0") is None

    def test_a_refusal_is_an_error_and_not_a_missing_version(self, unreached: Aws, answers: Stubber) -> None:
        answers.add_client_error(
            "describe_images", "AccessDeniedException", "not authorized to perform: ecr:DescribeImages"
        )
        with pytest.raises(OpsError, match="AWS refuses DescribeImages"):
            find_image(unreached, "1.0.0")

    def test_a_missing_repository_is_told_and_a_refusal_is_not_taken_for_one(
        self, unreached: Aws, answers: Stubber
    ) -> None:
        answers.add_client_error("describe_repositories", "RepositoryNotFoundException")
        answers.add_client_error("describe_repositories", "AccessDeniedException")
        with pytest.raises(OpsError, match="no repository 'plotly-dash' yet"):
            repository_address(unreached)
        with pytest.raises(OpsError, match="AWS refuses DescribeRepositories"):
            repository_address(unreached)

    def test_a_repository_is_pushed_to_where_aws_says(self, unreached: Aws, answers: Stubber) -> None:
        uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/plotly-dash"
        answers.add_response("describe_repositories", {"repositories": [{"repositoryUri": uri}]})
        assert repository_address(unreached) == uri

    def test_all_pages_are_listed_newest_first(self, unreached: Aws, answers: Stubber) -> None:
        asked = {**NAME, "filter": {"tagStatus": "TAGGED"}}
        answers.add_response("describe_images", {"imageDetails": [detail(1, "1.0.0")], "nextToken": "n"}, asked)
        second = [detail(3, "1.2.0"), detail(2, sbom_tag(digest_of(3)), "1.1.0")]
        answers.add_response("describe_images", {"imageDetails": second}, {**asked, "nextToken": "n"})
        answers.add_response("batch_get_image", {"images": [manifest(1), manifest(2), manifest(3, STAND_IN_TYPE)]})
        assert list_images(unreached) == [
            Image("1.2.0", digest_of(3), 3, datetime(2026, 1, 3, tzinfo=UTC), stand_in=True, sbom=True),
            Image("1.1.0", digest_of(2), 2, datetime(2026, 1, 2, tzinfo=UTC), stand_in=False),
            Image("1.0.0", digest_of(1), 1, datetime(2026, 1, 1, tzinfo=UTC), stand_in=False),
        ]

    def test_manifests_are_read_a_hundred_at_once(self, unreached: Aws, answers: Stubber) -> None:
        numbers = range(201)
        for part in (numbers[:100], numbers[100:200], numbers[200:]):
            asked = {**NAME, "imageIds": [{"imageDigest": digest_of(number)} for number in part]}
            answers.add_response("batch_get_image", {"images": [manifest(number) for number in part]}, asked)
        found = read_manifests(unreached, [digest_of(number) for number in numbers])
        assert list(found) == [digest_of(number) for number in numbers]


def digest_of(number: int) -> str:
    return f"sha256:{number:064x}"


def detail(day: int, *tags: str) -> dict[str, Any]:
    return {
        "imageDigest": digest_of(day),
        "imageTags": list(tags),
        "imageSizeInBytes": day,
        "imagePushedAt": datetime(2026, 1, day, tzinfo=UTC),
    }


def manifest(number: int, artifact_type: str | None = None) -> dict[str, Any]:
    return {
        "imageId": {"imageDigest": digest_of(number)},
        "imageManifest": json.dumps({"artifactType": artifact_type}),
        "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
    }
