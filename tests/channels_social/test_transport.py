"""The wire below both platforms: it ends in time, goes nowhere else, and knows what certainly did not leave."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from channels_social.transport import (
    MAX_ANSWER_BYTES,
    MAX_FILE_BYTES,
    Answer,
    TooLong,
    certainly_not_sent,
    get_file,
    open_session,
)
from tests.channels_social.accounts import x_account
from tests.sims import free_port

PUBLIC = "https://api.twitter.com/"


@contextmanager
def listener(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what `speak` says to each that calls."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            try:
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    speak(connection)
            except OSError:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(timeout=5)


def get(url: str, **settings: object) -> tuple[Answer | None, Exception | None, float]:
    session, adapter = open_session(x_account(url, **settings), public=PUBLIC)
    began, fault = time.monotonic(), None
    try:
        session.get(PUBLIC + "2/users/me")
    except requests.RequestException as error:
        fault = error
    return adapter.answer, fault, time.monotonic() - began


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(60):
        connection.sendall(b"x")
        time.sleep(0.1)


def test_dripping_answer_ends_in_time():
    with listener(drip) as url:
        answer, fault, seconds = get(url, timeout_seconds=0.5)

    assert answer is None
    assert isinstance(fault, requests.Timeout)
    assert seconds < 2


def test_silent_server_ends_in_time():
    with listener(lambda connection: time.sleep(1.5)) as url:
        answer, fault, seconds = get(url, timeout_seconds=0.3)

    assert answer is None
    assert fault is not None
    assert not certainly_not_sent(fault)
    assert seconds < 1.2


def test_answer_that_breaks_off_is_no_answer():
    with listener(lambda connection: connection.sendall(b"HTTP/1.1 201 OK\r\nContent-Length: 99\r\n\r\n{")) as url:
        answer, fault, _ = get(url)

    assert answer is None
    assert fault is not None
    assert not certainly_not_sent(fault)


def saying(size: int, *, told: bool = True) -> Callable[[socket.socket], None]:
    """A server that answers with so many bytes; where it does not tell how many, it ends by closing the line."""
    length = f"Content-Length: {size}\r\n" if told else "Connection: close\r\n"

    def speak(connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\n{length}\r\n".encode())
        for _ in range(size // 1_000_000):
            connection.sendall(b"x" * 1_000_000)
        connection.sendall(b"x" * (size % 1_000_000))

    return speak


@pytest.mark.parametrize("told", [True, False])
def test_file_of_25_mb_is_fetched_whole_and_a_larger_one_is_not(told: bool):
    with listener(saying(MAX_FILE_BYTES, told=told)) as url:
        file = get_file(x_account(url), PUBLIC + "film.mp4", public=PUBLIC)
    with listener(saying(MAX_FILE_BYTES + 1, told=told)) as url, pytest.raises(TooLong):
        get_file(x_account(url), PUBLIC + "film.mp4", public=PUBLIC)

    assert len(file.body) == MAX_FILE_BYTES


@pytest.mark.parametrize("told", [True, False])
def test_what_a_platform_tells_has_a_smaller_limit_than_files(told: bool):
    with listener(saying(MAX_ANSWER_BYTES + 1, told=told)) as url:
        answer, fault, _ = get(url)

    assert answer is None
    assert isinstance(fault, TooLong)
    assert not certainly_not_sent(fault)
    assert MAX_ANSWER_BYTES < MAX_FILE_BYTES


def test_large_file_may_take_longer_than_a_call():
    def slowly(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
        for _ in range(8):
            connection.sendall(b"x")
            time.sleep(0.1)

    with listener(slowly) as url:
        file = get_file(x_account(url, timeout_seconds=0.4), PUBLIC + "film.mp4", public=PUBLIC)

    assert file.body == b"x" * 8


def test_redirect_is_an_answer_and_not_followed():
    told = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"

    with listener(lambda connection: connection.sendall(told)) as url:
        answer, fault, _ = get(url)

    assert answer is not None
    assert answer.status == 302
    assert isinstance(fault, requests.TooManyRedirects)


def test_port_where_nobody_listens_certainly_got_nothing():
    _, fault, _ = get(f"http://127.0.0.1:{free_port()}")

    assert fault is not None
    assert certainly_not_sent(fault)


def test_name_that_nobody_knows_certainly_got_nothing(monkeypatch: pytest.MonkeyPatch):
    def unknown(*_args: object, **_options: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    _, fault, _ = get("http://graph.invalid")

    assert fault is not None
    assert certainly_not_sent(fault)


def test_session_reaches_nothing_but_its_platform():
    session, _ = open_session(x_account(), public=PUBLIC)

    with pytest.raises(requests.exceptions.InvalidSchema):
        session.get("http://169.254.169.254/latest/meta-data")


@pytest.mark.parametrize("name", ["tweepy.client", "urllib3.connectionpool", "oauthlib.oauth1.rfc5849"])
def test_talkative_logger_stays_silent_at_debug(name: str, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG, logger=name):
        logging.getLogger(name).debug("Authorization: %s", "CANARY")

    assert caplog.text == ""


def test_warning_with_an_address_loses_its_secrets(caplog: pytest.LogCaptureFixture):
    address = "https://graph.facebook.com/v26.0/me?access_token=CANARY&appsecret_proof=PROOF&fields=id"

    logging.getLogger("urllib3.connectionpool").warning("Failed to parse headers (url=%s)", address)

    assert "CANARY" not in caplog.text
    assert "PROOF" not in caplog.text
    assert "fields=id" in caplog.text
