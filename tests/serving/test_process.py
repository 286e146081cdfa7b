"""`linnet serve` as a process: starts, says where, answers over a socket, ends in peace."""

import gc
import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest

from linnet.serving import server

TOKEN = "a token of sixteen"


@contextmanager
def serving(*arguments, env=None):
    """Start a server on a free port; yields the process and its address."""
    command = [sys.executable, "-m", "linnet", "serve", "--port", "0", *map(str, arguments)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **(env or {})},
    )  # fmt: skip
    try:
        said = process.stdout.readline()
        address = re.search(r"http://[\w.:]+(?=,)", said)
        assert address, said + process.stderr.read()
        yield process, address[0]
    finally:
        process.kill()
        process.communicate()


def ended(process):
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def test_a_life(runs, tmp_path):
    (tmp_path / "token").write_text(TOKEN + "\n")
    options = ["--feedback", tmp_path, "--token-file", tmp_path / "token"]
    with serving(runs["two"], f"b={runs['sets']}", *options) as (process, address):
        assert address.startswith("http://127.0.0.1:")
        with httpx2.Client(base_url=address) as client:
            assert client.get("/ready").json()["status"] == "ready"
            assert client.get("/labels").status_code == 401
            client.headers["Authorization"] = f"Bearer {TOKEN}"
            said = client.post("/predict", json={"texts": ["bread", "goal päivä"]})
            assert [each["label"] for each in said.json()["answers"]] == ["food", "sport"]
            assert client.post("/models/b/predict", json={"texts": [""]}).status_code == 200
            assert client.post("/predict", json={"texts": "secret"}).status_code == 422
            row = {"text": "x", "label": "food"}
            assert client.post("/feedback", json=row).status_code == 201
        raw(address, b"\x00\x01secret\r\n\r\n")
        process.send_signal(signal.SIGTERM)
        assert ended(process) == (0, "", ""), "no line per request, and no text in the log"
    assert json.loads((tmp_path / "two" / "feedback.jsonl").read_text())["text"] == "x"


def test_what_was_taken_is_answered_before_the_end(runs):
    """Requests are under way when the signal comes; all of them are answered in full."""
    texts = ["bread goal päivä"] * 1000
    with serving(runs["three"], "--batch-texts", 1) as (process, address):
        with ThreadPoolExecutor(16) as pool:
            asked = [
                pool.submit(httpx2.post, f"{address}/predict", json={"texts": texts}, timeout=30)
                for _ in range(16)
            ]
            deadline = time.monotonic() + 10
            while not (all_taken := taken(asked, address) == 16) and time.monotonic() < deadline:
                time.sleep(0.001)
            process.send_signal(signal.SIGINT)
            responses = [each.result() for each in asked]
        assert all_taken, "else a connection may be waiting that nobody has taken"
        assert {each.status_code for each in responses} <= {200, 429}
        done = [each for each in responses if each.status_code == 200]
        assert all(len(each.json()["answers"]) == 1000 for each in done)
        assert len(done) >= 3
        assert ended(process)[0] == 0


def taken(asked, address):
    """Return how many requests of a thousand texts are answered, or have texts that wait."""
    done = sum(each.done() for each in asked)
    found = re.search(r"^linnet_queue_texts\S+ (\S+)", httpx2.get(f"{address}/metrics").text, re.M)
    return done + math.ceil(float(found[1]) / 1000)


def raw(address, sent):
    """Send bytes, return all that comes back."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        found = b""
        while part := connection.recv(65536):
            found += part
        return found


REQUEST = (
    b"POST /predict HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
    b"content-type: application/json\r\n"
)
BODY = b'{"texts":["a"]}'


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (REQUEST + b"content-length: 15\r\n\r\n" + BODY, b"200"),
        (REQUEST + b"transfer-encoding: chunked\r\n\r\nf\r\n" + BODY + b"\r\n0\r\n\r\n", b"200"),
        (REQUEST + b"content-length: 99999999\r\n\r\n" + BODY, b"413"),
        (REQUEST + b"content-length: -1\r\n\r\n", b"400"),
        (REQUEST + b"content-length: 0\r\n\r\n", b"400"),
        (REQUEST + b"upgrade: websocket\r\nconnection: upgrade\r\n\r\n", b"400"),
        (b"GET /predict%ff HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", b"404"),
        (b"BREW /predict HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_raw_requests(one_server, sent, status):
    found = raw(one_server, sent)
    assert found.startswith(b"HTTP/1.1 " + status), found


@pytest.fixture(scope="module")
def one_server(runs):
    with serving(runs["two"], "--timeout-seconds", "0.5") as (_, address):
        yield address


def test_a_slow_body_is_given_up(one_server):
    found = raw(one_server, REQUEST + b"content-length: 15\r\n\r\n{")
    assert found.startswith(b"HTTP/1.1 408")


def test_a_new_model_is_picked_up(runs, tmp_path):
    link = tmp_path / "current"
    link.symlink_to(runs["two"])
    with serving(link, "--reload-seconds", "0.05") as (process, address):
        beside = tmp_path / "beside"
        beside.symlink_to(runs["three"])
        beside.rename(link)
        for _ in range(400):
            if len(httpx2.get(f"{address}/labels").json()["labels"]) == 3:
                break
            time.sleep(0.02)
        assert len(httpx2.get(f"{address}/models/current/labels").json()["labels"]) == 3
        process.terminate()
        _, _, err = ended(process)
    line = json.loads(err)
    assert (line["level"], line["message"]) == ("info", "another model answers")
    assert line["model"] == "current"


def test_addresses():
    from linnet.serving.server import _address, _listening
    from linnet.serving.settings import ServeSettings

    for host, begin in (("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:")):
        with _listening(ServeSettings(host=host, port=0)) as listener:
            assert _address(listener).startswith(begin)


def test_a_port_that_is_taken(linnet, runs):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        shown = linnet("serve", runs["two"], "--port", port)
    assert shown.code == 2
    assert f"cannot listen on 127.0.0.1 port {port}" in shown.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere does not exist"),
        (["TWO", "TWO"], "two models are named two"),
        (["a b=TWO"], "'a b' cannot stand in a path"),
        (["TWO", "--token-file", "nowhere"], "cannot read the token from nowhere"),
        (["TWO", "--threads", "0"], "threads must be at least 1"),
        (["TWO", "--host", "no such host."], "cannot listen on no such host."),
    ],
)
def test_mistakes(linnet, runs, arguments, message):
    given = [each.replace("TWO", str(runs["two"])) for each in arguments]
    shown = linnet("serve", *given, "--port", "0")
    assert (shown.code, shown.out) == (2, "")
    assert message in shown.err


def test_an_empty_token_is_a_mistake(linnet, runs, monkeypatch):
    monkeypatch.setenv("LINNET_TOKEN", "")
    shown = linnet("serve", runs["two"], "--port", "0")
    assert (shown.code, "fewer than 16 characters" in shown.err) == (2, True)


def test_a_missing_extra_is_named(linnet, runs, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    shown = linnet("serve", runs["two"], "--port", "0")
    assert shown.code == 2
    assert "pip install 'linnet[serve]'" in shown.err


def test_a_name_that_leads_here_gets_nothing(runs):
    def asked(address, host):
        return httpx2.get(f"{address}/labels", headers={"Host": host}).status_code

    with serving(runs["two"], "--allowed-host", "Linnet.example") as (_, address):
        port = address.rpartition(":")[2]
        for host in (f"127.0.0.1:{port}", "localhost", f"[::1]:{port}", "linnet.example:443"):
            assert asked(address, host) == 200, host
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", ""):
            assert asked(address, host) == 421, host
        refused = httpx2.get(f"{address}/report", headers={"Host": "evil.example"})
        assert refused.headers["content-type"] == "application/problem+json"
        assert "is not evil.example: whoever runs it can allow" in refused.json()["detail"]
    with serving(runs["two"], env={"LINNET_TOKEN": TOKEN}) as (_, address):
        assert asked(address, "proxy.example") == 401, "with a token any name will do"


def test_the_token_of_the_environment_is_on_no_command_line(runs):
    with serving(runs["two"], env={"LINNET_TOKEN": TOKEN}) as (process, address):
        with open(f"/proc/{process.pid}/cmdline") as command:
            assert TOKEN not in command.read()
        assert httpx2.get(f"{address}/labels").status_code == 401


def test_serving_from_python_loads_no_training_and_warns_without_a_token(runs):
    code = f"""
import sys, linnet, threading
def ready(address):
    import signal
    loaded = {{'keras', 'jax', 'sklearn', 'matplotlib', 'onnx', 'torch'}} & set(sys.modules)
    print(sorted(loaded), flush=True)
    threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGTERM)).start()
linnet.serve({str(runs["two"])!r}, port=0, host="0.0.0.0", ready=ready)
print("ended")
"""
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (shown.stdout, shown.returncode) == ("[]\nended\n", 0), shown.stderr
    assert "no token was set" in json.loads(shown.stderr)["message"]


def test_in_another_thread_signals_are_left_alone():
    """Only the main thread may say what a signal does; elsewhere Python raises."""
    before, entered = signal.getsignal(signal.SIGTERM), []

    def enter():
        with server._stopped_by_signals():
            entered.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert entered == [before]


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_afterwards_as_before(collects):
    (gc.enable if collects else gc.disable)()
    try:
        with server._nothing_collected():
            assert not gc.isenabled()
        assert gc.isenabled() == collects
    finally:
        gc.enable()
