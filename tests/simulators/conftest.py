"""Running simulators, and the real clients pointed at them."""

import hashlib
import hmac
from collections.abc import Iterator

import facebook as facebook_sdk
import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter

from simulators import credentials
from tests import sims


class Elsewhere(HTTPAdapter):
    """Sends what is meant for a platform to its simulator, after the request was signed."""

    def __init__(self, public: str, url: str) -> None:
        super().__init__()
        self.public, self.url = public, url

    def send(self, request, *args, **kwargs):
        request.url = request.url.replace(self.public, self.url, 1)
        kwargs["timeout"] = kwargs.get("timeout") or 3
        return super().send(request, *args, **kwargs)


@pytest.fixture(scope="module")
def x_program() -> Iterator[sims.Simulator]:
    with sims.x_simulator() as simulator:
        yield simulator


@pytest.fixture
def x(x_program: sims.Simulator) -> sims.Simulator:
    x_program.reset()
    return x_program


@pytest.fixture
def tweepy_client(x) -> tweepy.Client:
    client = tweepy.Client(
        bearer_token=credentials.X_BEARER_TOKEN,
        consumer_key=credentials.X_CONSUMER_KEY,
        consumer_secret=credentials.X_CONSUMER_SECRET,
        access_token=credentials.X_ACCESS_TOKEN,
        access_token_secret=credentials.X_ACCESS_TOKEN_SECRET,
    )
    client.session.trust_env = False
    client.session.mount("https://api.twitter.com", Elsewhere("https://api.twitter.com", x.url))
    return client


@pytest.fixture
def bearer() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {credentials.X_BEARER_TOKEN}"
        yield session


@pytest.fixture(scope="module")
def facebook_program() -> Iterator[sims.Simulator]:
    with sims.facebook_simulator() as simulator:
        yield simulator


@pytest.fixture
def facebook(facebook_program: sims.Simulator) -> sims.Simulator:
    facebook_program.reset()
    return facebook_program


class Graph(facebook_sdk.GraphAPI):  # type: ignore[misc]  # the SDK has no types
    """The SDK with today's version and the proof that the page's token needs."""

    def request(self, path, args=None, post_args=None, files=None, method=None):
        key, token = credentials.FACEBOOK_APP_SECRET.encode(), credentials.FACEBOOK_PAGE_TOKEN.encode()
        proof = {"appsecret_proof": hmac.new(key, token, hashlib.sha256).hexdigest()}
        if post_args is None:
            args = {**(args or {}), **proof}
        else:
            post_args = {**post_args, **proof}
        return super().request(path, args, post_args, files, method)


@pytest.fixture
def graph(facebook) -> Graph:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://graph.facebook.com", Elsewhere("https://graph.facebook.com", facebook.url))
    graph = Graph(access_token=credentials.FACEBOOK_PAGE_TOKEN, session=session)
    graph.version = "v26.0"
    return graph


@pytest.fixture
def graph_error():
    return facebook_sdk.GraphAPIError


@pytest.fixture
def app_token() -> str:
    return f"{credentials.FACEBOOK_APP_ID}|{credentials.FACEBOOK_APP_SECRET}"
