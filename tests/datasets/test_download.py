"""Downloads: cut, changed, damaged, refused, too large; always the right file or a clear error."""

import fcntl
import hashlib
import json
import re
import socket
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linnet.datasets import download as module
from linnet.datasets.download import WrongSumError, download
from linnet.errors import DataError, OutputError

CONTENT = bytes(range(256)) * 5_000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "a.bin"


def sum_of(content):
    return hashlib.sha256(content).hexdigest()


def left_over(path):
    return sorted(each.name for each in path.parent.iterdir() if each.suffix != ".lock")


def test_empty_file(publisher, path):
    assert download(publisher.address, path).read_bytes() == b""
    assert left_over(path) == ["a.bin"]


def test_file_comes_whole_and_tells_how_far_it_is(publisher, path):
    publisher.content = CONTENT
    reports = []
    download(
        publisher.address, path, sha256=sum_of(CONTENT), report=lambda *far: reports.append(far)
    )
    assert path.read_bytes() == CONTENT
    assert left_over(path) == ["a.bin"]
    assert reports == sorted(reports)
    assert reports[-1] == (len(CONTENT), len(CONTENT))


def test_length_need_not_be_known(publisher, path):
    publisher.content, publisher.says_length = CONTENT, False
    reports = []
    download(publisher.address, path, report=lambda *far: reports.append(far))
    assert path.read_bytes() == CONTENT
    assert reports[-1] == (len(CONTENT), None)


@pytest.mark.parametrize("sha256", [None, sum_of(CONTENT)])
def test_file_that_is_there_is_not_asked_for(publisher, path, sha256):
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    assert download(publisher.address, path, sha256=sha256) == path
    assert publisher.asked == []


def test_damaged_file_that_is_there_is_replaced(publisher, path):
    path.parent.mkdir()
    path.write_bytes(b"damaged")
    publisher.content = CONTENT
    assert download(publisher.address, path, sha256=sum_of(CONTENT)).read_bytes() == CONTENT


def test_cut_download_goes_on_at_once(publisher, path):
    publisher.content, publisher.cuts = CONTENT, [300_000, 100_000]
    download(publisher.address, path, sha256=sum_of(CONTENT))
    assert path.read_bytes() == CONTENT
    assert publisher.ranges == [None, "bytes=300000-", "bytes=400000-"]


def test_download_that_failed_goes_on_next_time(publisher, path):
    publisher.content, publisher.cuts = CONTENT, [1_000] * module.ATTEMPTS
    expected = r"cut at 4,000 of 1,280,000 bytes \(what came is kept: 4,000 bytes\); .*--data"
    with pytest.raises(DataError, match=expected):
        download(publisher.address, path)
    assert left_over(path) == ["a.bin.part", "a.bin.part.json"]
    assert download(publisher.address, path).read_bytes() == CONTENT
    assert publisher.ranges[-1] == "bytes=4000-"
    assert left_over(path) == ["a.bin"]


def test_server_that_knows_no_ranges_gives_the_whole(publisher, path):
    publisher.content, publisher.cuts, publisher.knows_range = CONTENT, [1_000], False
    assert download(publisher.address, path).read_bytes() == CONTENT
    assert publisher.ranges == [None, "bytes=1000-"]


@pytest.mark.parametrize("knows_if_range", [True, False])
def test_changed_file_is_started_anew(publisher, path, knows_if_range):
    publisher.content, publisher.cuts = CONTENT, [1_000] * module.ATTEMPTS
    with pytest.raises(DataError, match="cut"):
        download(publisher.address, path)
    publisher.content, publisher.mark = CONTENT[::-1], '"2"'
    publisher.knows_if_range = knows_if_range
    assert download(publisher.address, path).read_bytes() == CONTENT[::-1]


def test_other_address_starts_anew(publisher, path):
    publisher.content, publisher.cuts = CONTENT, [1_000] * module.ATTEMPTS
    with pytest.raises(DataError, match="cut"):
        download(publisher.address, path)
    download(publisher.address + "?other", path)
    assert publisher.ranges[-1] is None


@pytest.mark.parametrize(
    ("mark", "date", "sent"),
    [
        (None, None, None),
        ('W/"1"', None, None),
        (None, "Mon, 10 Mar 2014 00:00:00 GMT", "Mon, 10 Mar 2014 00:00:00 GMT"),
        ('W/"1"', "Mon, 10 Mar 2014 00:00:00 GMT", "Mon, 10 Mar 2014 00:00:00 GMT"),
        ('"1"', "Mon, 10 Mar 2014 00:00:00 GMT", '"1"'),
    ],
)
def test_download_goes_on_only_with_a_mark_that_promises_equal_bytes(
    publisher, path, mark, date, sent
):
    publisher.content, publisher.cuts = CONTENT, [1_000]
    publisher.mark, publisher.date = mark, date
    assert download(publisher.address, path).read_bytes() == CONTENT
    assert publisher.asked[1].get("If-Range") == sent
    assert publisher.ranges[1] == ("bytes=1000-" if sent else None)


@pytest.mark.parametrize("note", [b"", b"no JSON", b'{"address": "x", "mark": "y"}'])
def test_part_of_who_knows_what_is_not_used(publisher, path, note):
    path.parent.mkdir()
    path.with_name("a.bin.part").write_bytes(b"what is this")
    path.with_name("a.bin.part.json").write_bytes(note)
    publisher.content = CONTENT
    assert download(publisher.address, path).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT, CONTENT + b"more"])
def test_part_that_is_whole_or_longer_starts_anew(publisher, path, content):
    path.parent.mkdir()
    path.with_name("a.bin.part").write_bytes(content)
    note = {"address": publisher.address, "mark": publisher.mark}
    path.with_name("a.bin.part.json").write_text(json.dumps(note))
    publisher.content = CONTENT
    assert download(publisher.address, path).read_bytes() == CONTENT


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=40), cuts=st.lists(st.integers(0, 40), max_size=3))
def test_any_cuts_give_the_same_file(publisher, content, cuts):
    publisher.content, publisher.cuts = content, list(cuts)
    with tempfile.TemporaryDirectory() as folder:
        path = download(publisher.address, Path(folder, "a.bin"), sha256=sum_of(content))
        assert path.read_bytes() == content


def test_wrong_sum_removes_the_file(publisher, path):
    publisher.content = b"something else"
    expected = (
        rf"{publisher.address} gave .*{sum_of(b'something else')}, expected {'0' * 64}.*--data"
    )
    with pytest.raises(WrongSumError, match=expected):
        download(publisher.address, path, sha256="0" * 64)
    assert left_over(path) == []


def test_404_is_final(publisher, path):
    publisher.statuses = [404]
    expected = rf"cannot download {publisher.address}: the server answered 404 Not Found; .*--data"
    with pytest.raises(DataError, match=expected):
        download(publisher.address, path)
    assert len(publisher.asked) == 1


def test_busy_server_is_asked_again(publisher, path):
    publisher.content, publisher.statuses = CONTENT, [503, 429]
    assert download(publisher.address, path).read_bytes() == CONTENT


def test_server_that_stays_busy_is_given_up(publisher, path):
    publisher.statuses = [503] * 9
    with pytest.raises(DataError, match="answered 503"):
        download(publisher.address, path)
    assert len(publisher.asked) == module.ATTEMPTS


def test_redirections_are_followed(publisher, path):
    publisher.content, publisher.statuses = CONTENT, [302]
    assert download(publisher.address, path).read_bytes() == CONTENT


def test_no_network_says_how_to_give_a_file(publisher, path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/a.bin"
        expected = f"cannot download {address}: Connection refused; try again, or get .* --data"
        with pytest.raises(DataError, match=expected):
            download(address, path)


def test_silent_server_is_given_up(publisher, path, monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_SECONDS", 0.05)
    publisher.silent_seconds = 0.3
    with pytest.raises(DataError, match="timed out"):
        download(publisher.address, path)
    assert len(publisher.asked) == module.ATTEMPTS


@pytest.mark.parametrize("says_length", [True, False])
def test_endless_file_is_refused(publisher, path, monkeypatch, says_length):
    monkeypatch.setattr(module, "MAX_BYTES", 1_000_000)
    publisher.content, publisher.says_length = CONTENT, says_length
    with pytest.raises(DataError, match=r"gives more than 1,000,000 bytes.*--data"):
        download(publisher.address, path)
    assert left_over(path) == []


def test_disk_without_room_is_left_alone(publisher, path, monkeypatch):
    usage = type("Usage", (), {"free": 1_000})
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
    publisher.content = CONTENT
    with pytest.raises(OutputError, match=r"1,000 bytes free, 1,280,000 are needed.*LINNET_CACHE"):
        download(publisher.address, path)
    assert "a.bin.part" not in left_over(path)


def test_disk_that_fills_up_is_no_fault_of_the_network(publisher, path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    publisher.content, publisher.mark = CONTENT, None
    with pytest.raises(OutputError, match=r"cannot write .*a\.bin\.part: No space left"):
        download(publisher.address, path)
    assert len(publisher.asked) == 1


def test_two_processes_do_not_write_one_file(publisher, path):
    path.parent.mkdir()
    with path.with_name("a.bin.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match=r"another process is downloading a\.bin"):
            download(publisher.address, path)
    assert publisher.asked == []
    download(publisher.address, path)


def test_folder_that_cannot_be_made(publisher, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=re.escape(f"cannot write {tmp_path}/file/b/a.bin.lock")):
        download(publisher.address, tmp_path / "file" / "b" / "a.bin")


def test_encrypted_address_must_stay_encrypted(publisher, path, monkeypatch):
    real = module.urllib.request.urlopen

    def lead_away(request, timeout):
        request.full_url = publisher.address
        return real(request, timeout=timeout)

    monkeypatch.setattr("urllib.request.urlopen", lead_away)
    with pytest.raises(DataError, match="which is not encrypted: refused"):
        download("https://127.0.0.1/a.bin", path)
