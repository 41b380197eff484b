"""A load balancer, the server of its key, and the dashboard behind it."""

from collections.abc import Iterator

import pytest
from dash import Dash

from dashboard.app import create_app
from dashboard.data import DataStore
from dashboard.sign_in.config import SignInConfig
from tests.dashboard.fake_s3 import FakeS3
from tests.dashboard.load_balancer import ARN, CLIENT_ID, ISSUER, LoadBalancer, pem
from tests.dashboard.raw_s3 import RawS3, raw_s3, whole


@pytest.fixture(scope="session")
def load_balancer() -> LoadBalancer:
    return LoadBalancer()


@pytest.fixture
def key_server(load_balancer: LoadBalancer) -> Iterator[RawS3]:
    """A server that answers every address with the load balancer's key."""
    with raw_s3(whole(pem(load_balancer.key))) as server:
        yield server


@pytest.fixture
def config(key_server: RawS3) -> SignInConfig:
    return SignInConfig(
        load_balancer_arn=ARN, public_keys_url=f"{key_server.url}/keys", client_id=CLIENT_ID, issuer=ISSUER
    )


@pytest.fixture
def guarded(store: DataStore, s3: FakeS3, csv_bytes: bytes, config: SignInConfig) -> Dash:
    """The dashboard with the small data set, where readers are signed in."""
    s3.content = csv_bytes
    store.refresh()
    return create_app(store, sign_in=config)
