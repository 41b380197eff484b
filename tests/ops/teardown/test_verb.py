"""What `destroy` shows, asks and says."""

import io

import pytest

from ops import session
from ops.deployment import Deployment
from ops.errors import OpsError
from ops.progress import Progress
from ops.remote_state import RemoteState
from ops.teardown import holdings, leftovers, removal
from ops.teardown.arn import Arn
from ops.teardown.holdings import Holding, Protection
from ops.teardown.managed import States
from ops.verbs.destroy import _look_for_leftovers, _remove
from tests.ops.teardown.states import state_of
from tests.settings import settings_of

pytestmark = pytest.mark.unit

STATES: dict[str, RemoteState] = {"service": state_of(a={}, b={}), "bucket": state_of(aws_s3_bucket={})}
TOPIC = Arn.of("arn:aws:sns:us-east-1:111111111111:alerts")


@pytest.fixture
def deployment(progress: Progress) -> Deployment:
    return Deployment(settings_of({"DASH_ENV": "prod", "DASH__AWS__ACCOUNT_ID": "111111111111"}), progress)


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[States]:
    """What is removed, instead of removing it; the data bucket holds something."""
    made: list[States] = []
    monkeypatch.setattr(removal, "remove", lambda _deployment, states: made.append(states))
    monkeypatch.setattr(holdings, "read_holdings", lambda _aws, _states: [Holding("bucket", "the data bucket b")])
    return made


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    asked: list[str] = []

    def ask(_deployment: Deployment, question: str) -> str:
        asked.append(question)
        return text

    monkeypatch.setattr(session, "ask", ask)
    return asked


def test_what_would_be_lost_is_shown_before_the_name_is_asked(
    deployment: Deployment, removed: list[States], output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, "prod")

    _remove(deployment, STATES, yes=False)

    assert removed == [STATES]
    assert asked == ["Type the environment's name, prod, to destroy all of this:"]
    assert [line for line in output.getvalue().splitlines() if "look at" not in line] == [
        "to be destroyed in environment 'prod': service (2), bucket (1): 3 resources",
        "lost for good:",
        "  the data bucket b",
        f"kept: the bucket of the Terraform state, {deployment.settings.state_bucket_name}",
    ]


@pytest.mark.parametrize("text", ["", "y", "yes", "PROD", "dev"])
def test_anything_but_the_name_destroys_nothing(
    deployment: Deployment, removed: list[States], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    answer(monkeypatch, text)

    with pytest.raises(OpsError, match=r"not the environment's name: nothing was destroyed"):
        _remove(deployment, STATES, yes=False)

    assert removed == []


def test_with_yes_nothing_is_asked(
    deployment: Deployment, removed: list[States], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, "")

    _remove(deployment, STATES, yes=True)

    assert asked == []
    assert removed == [STATES]


@pytest.mark.parametrize("yes", [True, False])
def test_what_is_protected_is_refused_before_anything_is_asked_or_destroyed(
    deployment: Deployment, removed: list[States], monkeypatch: pytest.MonkeyPatch, yes: bool
) -> None:
    protected = Holding("bucket", "the data bucket b", Protection("bucket.force_destroy", off=True))
    monkeypatch.setattr(holdings, "read_holdings", lambda _aws, _states: [protected])
    asked = answer(monkeypatch, "prod")

    with pytest.raises(OpsError, match="environment 'prod' is protected, so nothing was destroyed"):
        _remove(deployment, STATES, yes=yes)

    assert asked == []
    assert removed == []


def test_what_is_left_is_an_error_that_says_what_removes_it(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "find_leftovers", lambda _aws: [TOPIC])

    with pytest.raises(OpsError) as raised:
        _look_for_leftovers(deployment)

    assert str(raised.value).splitlines() == [
        "left at AWS, where it may cost something, and removed by:",
        f"  {TOPIC.text}: aws sns delete-topic --topic-arn {TOPIC.text} --region us-east-1",
    ]


def test_nothing_left_is_said(deployment: Deployment, output: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "find_leftovers", lambda _aws: [])

    _look_for_leftovers(deployment)

    assert output.getvalue().splitlines()[-1].endswith("none with the tags environment=prod and project=plotly-dash")


def test_that_nobody_could_look_is_said_and_is_no_failure(
    deployment: Deployment, output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_aws: object) -> list[Arn]:
        raise OpsError("AWS refuses GetResources")

    monkeypatch.setattr(leftovers, "find_leftovers", refuse)

    _look_for_leftovers(deployment)

    assert output.getvalue().splitlines()[-1] == ("it is not known whether anything is left: AWS refuses GetResources")
