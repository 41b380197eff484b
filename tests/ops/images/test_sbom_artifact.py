"""The SBOM beside an image: what the emulator then has, and what AWS is told."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from ops.aws import Aws
from ops.errors import OpsError
from ops.images.registry import Image, find_image, sbom_tag
from ops.images.sbom_artifact import attach_sbom
from tests.ops.images.conftest import Put, on_the_emulator

DOCUMENT = b'{"bomFormat": "CycloneDX"}'
IMAGE = Image("1.4.0", f"sha256:{'d' * 64}", 5, datetime(2026, 3, 1, tzinfo=UTC), stand_in=False)
IMAGE_MANIFEST = '{"schemaVersion": 2}'
IMAGE_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
EMPTY_DIGEST = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def digest_of(blob: bytes) -> str:
    return f"sha256:{hashlib.sha256(blob).hexdigest()}"


class TestOnTheEmulator:
    pytestmark = on_the_emulator

    def test_it_is_an_artifact_whose_subject_is_the_image(self, aws: Aws, put: Put) -> None:
        digest = put("1.4.0")
        image = find_image(aws, "1.4.0")
        assert image is not None
        attach_sbom(aws, image, DOCUMENT)
        name = aws.settings.repository_name
        tagged = [{"imageTag": sbom_tag(digest)}, {"imageDigest": digest}]
        artifact, subject = aws.ecr.batch_get_image(repositoryName=name, imageIds=tagged)["images"]  # type: ignore[arg-type]
        manifest = json.loads(artifact["imageManifest"])
        assert manifest["artifactType"] == "application/vnd.cyclonedx+json"
        assert manifest["subject"] == {
            "mediaType": subject["imageManifestMediaType"],
            "digest": digest_of(subject["imageManifest"].encode()),
            "size": len(subject["imageManifest"]),
        }
        assert manifest["subject"]["digest"] == digest
        assert find_image(aws, "1.4.0").sbom  # type: ignore[union-attr]

    def test_it_may_be_there_already(self, aws: Aws, put: Put) -> None:
        put("1.4.0")
        image = find_image(aws, "1.4.0")
        assert image is not None
        attach_sbom(aws, image, DOCUMENT)
        attach_sbom(aws, image, DOCUMENT)


class TestWithAnswersOfAws:
    pytestmark = pytest.mark.unit

    def answer(self, unreached: Aws, *, there_already: bool = False, put_refused: str = "") -> Stubber:
        answers = Stubber(unreached.ecr)
        for number, blob in enumerate((DOCUMENT, b"{}")):
            name: dict[str, Any] = {"repositoryName": "plotly-dash"}
            upload = name | {"uploadId": f"upload-{number}-of-some-length-that-is-an-uuid"}
            answers.add_response("initiate_layer_upload", {"uploadId": upload["uploadId"], "partSize": 5}, name)
            part = {"partFirstByte": 0, "partLastByte": len(blob) - 1, "layerPartBlob": blob}
            answers.add_response("upload_layer_part", {}, upload | part)
            if there_already:
                answers.add_client_error("complete_layer_upload", "LayerAlreadyExistsException")
            else:
                answers.add_response("complete_layer_upload", {}, upload | {"layerDigests": [digest_of(blob)]})
        found = {"imageId": {"imageDigest": IMAGE.digest}, "imageManifest": IMAGE_MANIFEST}
        answers.add_response("batch_get_image", {"images": [found | {"imageManifestMediaType": IMAGE_TYPE}]})
        if put_refused:
            answers.add_client_error("put_image", put_refused)
        else:
            manifest = {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "artifactType": "application/vnd.cyclonedx+json",
                "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": EMPTY_DIGEST, "size": 2},
                "layers": [
                    {
                        "mediaType": "application/vnd.cyclonedx+json",
                        "digest": digest_of(DOCUMENT),
                        "size": len(DOCUMENT),
                        "annotations": {"org.opencontainers.image.title": "1.4.0.cdx.json"},
                    }
                ],
                "subject": {"mediaType": IMAGE_TYPE, "digest": IMAGE.digest, "size": len(IMAGE_MANIFEST)},
            }
            asked = {
                "repositoryName": "plotly-dash",
                "imageManifest": json.dumps(manifest, sort_keys=True),
                "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
                "imageTag": f"sha256-{'d' * 64}.sbom",
            }
            answers.add_response("put_image", {"image": {}}, asked)
        answers.activate()
        return answers

    @pytest.mark.parametrize("there_already", [False, True])
    def test_the_document_is_uploaded_and_the_manifest_put(self, there_already: bool, unreached: Aws) -> None:
        answers = self.answer(unreached, there_already=there_already)
        attach_sbom(unreached, IMAGE, DOCUMENT)
        answers.assert_no_pending_responses()

    @pytest.mark.parametrize("code", ["ImageAlreadyExistsException", "ImageTagAlreadyExistsException"])
    def test_one_that_is_there_is_kept(self, code: str, unreached: Aws) -> None:
        answers = self.answer(unreached, put_refused=code)
        attach_sbom(unreached, IMAGE, DOCUMENT)
        answers.assert_no_pending_responses()

    def test_a_refusal_is_an_error(self, unreached: Aws) -> None:
        self.answer(unreached, put_refused="AccessDeniedException")
        with pytest.raises(OpsError, match="AWS refuses PutImage"):
            attach_sbom(unreached, IMAGE, DOCUMENT)
