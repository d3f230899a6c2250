"""The simulators as programs and as pages: writing by form, no script, a quick end."""

import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

from tests import sims

FORMS = {
    "x": {"author_handle": "@dana", "author_name": "Dana <b>", "text": "@northwell <script>alert(1)</script>"},
    "facebook": {"kind": "comment", "author_name": "Dana <b>", "text": "<script>alert(1)</script>"},
}


@pytest.fixture(params=["x", "facebook"])
def simulator(request, x, facebook):
    return request.param, {"x": x, "facebook": facebook}[request.param]


def test_form_writes_and_leads_back_to_the_page(simulator):
    name, program = simulator

    answer = requests.post(f"{program.url}/_sim/write", data=FORMS[name], timeout=5)

    assert (answer.history[0].status_code, answer.url.partition("#")[0]) == (303, f"{program.url}/")
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script" not in answer.text


def test_form_of_another_site_is_refused(simulator):
    name, program = simulator

    answer = requests.post(
        f"{program.url}/_sim/write", data=FORMS[name], headers={"Sec-Fetch-Site": "cross-site"}, timeout=5
    )

    assert answer.status_code == 403


def test_page_of_x_shows_what_the_city_removed(x, tweepy_client):
    mention = x.write(author_handle="dana", author_name="Dana", text="@northwell my bin?")["id"]
    reply = tweepy_client.create_tweet(text="On <Tuesday>.", in_reply_to_tweet_id=mention).data["id"]
    tweepy_client.delete_tweet(reply)

    page = requests.get(x.url, timeout=5).text

    assert page.index(">Removed<") > page.index("On &lt;Tuesday&gt;.")
    assert f'name="in_reply_to" value="{mention}"' in page


def test_page_of_facebook_shows_what_a_comment_said_before_and_that_it_was_removed(facebook, graph):
    comment = facebook.write(author_name="Dana", text="My bin?")["id"]
    reply = graph.put_object(comment, "comments", message="On <Tuesday>.")["id"]
    graph.request(f"v26.0/{reply}", post_args={"message": "On Thursday."}, method="POST")
    edited = requests.get(facebook.url, timeout=5).text
    graph.delete_object(reply)
    removed = requests.get(facebook.url, timeout=5).text

    assert edited.index("On Thursday.") < edited.index("It said: <del") < edited.index("On &lt;Tuesday&gt;.")
    assert ">Removed<" not in edited
    assert ">Removed<" in removed


def test_page_has_a_strict_policy_and_its_style(simulator):
    _, program = simulator

    page = requests.get(program.url, timeout=5)

    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert " style=" not in page.text
    assert requests.get(f"{program.url}/simulators.css", timeout=5).headers["Content-Type"].startswith("text/css")


def test_unreadable_body_is_a_bad_request(simulator):
    _, program = simulator

    answer = requests.post(
        f"{program.url}/_sim/write", data=b"{", headers={"Content-Type": "application/json"}, timeout=5
    )

    assert answer.status_code == 400


def test_unknown_fault_is_refused(simulator):
    _, program = simulator

    answer = requests.post(f"{program.url}/_sim/faults", json=[{"operation": "read", "fault": "earthquake"}], timeout=5)

    assert answer.status_code == 400


@pytest.mark.parametrize("start", [sims.x_simulator, sims.facebook_simulator, sims.mailbox_simulator])
def test_program_ends_within_a_second(start):
    with start() as program, requests.Session() as kept_alive:
        assert kept_alive.get(f"{program.url}/_sim/health", timeout=5).text == "ok"
        begun = time.monotonic()
        program.process.send_signal(signal.SIGTERM)

        assert program.process.wait(timeout=3) == 0
        assert time.monotonic() - begun < 1


def test_taken_port_is_told_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "simulators.x", "--port", str(taken.getsockname()[1])]
        ended = subprocess.run(command, cwd=sims.ROOT, capture_output=True, text=True, timeout=10)

    assert ended.returncode == 1
    assert ended.stderr.startswith("Cannot listen on 127.0.0.1:")


def test_citizens_write_on_all_channels_and_outlive_a_simulator(x, facebook):
    with sims.mailbox_simulator() as mail:
        places = ["--x", x.url, "--facebook", facebook.url, "--mail", mail.url]
        command = [sys.executable, "-m", "simulators.citizens", *places, "--every", "0.01", "--seed", "7"]
        citizens = subprocess.Popen(command, cwd=sims.ROOT)
        try:
            x.wait_for(lambda ledger: len(ledger["posts"]) > 5)
            facebook.wait_for(lambda ledger: ledger["comments"] and ledger["messages"])
            mail.wait_for(lambda ledger: len(ledger["mails"]) > 2)
            mail.process.terminate()
            mail.process.wait(timeout=3)
            seen = len(x.ledger()["posts"])
            x.wait_for(lambda ledger: len(ledger["posts"]) > seen + 2)
        finally:
            citizens.terminate()

        assert citizens.wait(timeout=2) == 0
