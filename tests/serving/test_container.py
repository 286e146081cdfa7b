"""The Containerfile, followed step by step without a container engine, and what docs say of it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "deploying.md"
TRAINING = {
    "jax", "jaxlib", "jinja2", "keras", "matplotlib", "onnx", "pandas", "pip", "scikit-learn",
    "setuptools", "tensorflow", "torch",
}  # fmt: skip
TOKEN = "a token of sixteen"


def instructions(text):
    """Yield name and rest of each instruction of a Containerfile."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        name, _, rest = line.partition(" ")
        yield name, re.sub(r"\s+", " ", rest.strip())


FILE = (ROOT / "Containerfile").read_text("utf-8")
STEPS = [*instructions(FILE)]
LAST = max(number for number, (name, _) in enumerate(STEPS) if name == "FROM")
FINAL = dict(STEPS[LAST:])
"""Of the stage that becomes the image; its instructions are there once each."""
HEALTH = FINAL["HEALTHCHECK"].partition("CMD ")[2]


def from_tree(name, rest):
    """Return what a step takes from the working tree: source and place."""
    if name != "COPY" or rest.startswith("--from"):
        return []
    *sources, place = rest.split()
    return [(source, place) for source in sources]


def test_the_image_has_what_was_installed_and_nothing_to_install_with():
    base, names = FINAL["FROM"], [name for name, _ in STEPS[LAST:]]
    assert base.endswith("-slim")
    assert "RUN" not in names, "what is run in the last stage stays in the image"
    assert len(set(names)) == len(names)
    assert FINAL["COPY"].startswith("--from=build ")
    installed = " ".join(rest for name, rest in STEPS if name == "RUN")
    assert re.findall(r"\[(\w+)\]", installed) == ["serve"], "the extras"
    assert installed.count(" install ") == installed.count("--constraint constraints.txt")


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is():
    assert re.fullmatch(r"[1-9]\d{4,}:[1-9]\d{4,}", FINAL["USER"]), "numbers, as runAsNonRoot wants"
    port = FINAL["EXPOSE"]
    command = json.loads(FINAL["ENTRYPOINT"])
    assert command[command.index("--port") + 1] == port
    assert f"'127.0.0.1', {port}" in HEALTH
    assert "'/health'" in HEALTH
    assert json.loads(FINAL["CMD"]) == ["/model"]


def test_no_other_file_reaches_the_builder():
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    first, *others = [line for line in lines if not line.startswith("#")]
    assert first == "*"
    assert {line[1:] for line in others if line[0] == "!"} == {
        source for step in STEPS for source, _ in from_tree(*step)
    }
    assert "**/__pycache__" in others


def examples(language):
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    assert found
    return found


def test_the_examples_of_the_page_fit_the_image():
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    compose, deployment = (list(yaml.safe_load_all(each)) for each in examples("yaml"))
    service = compose[0]["services"]["linnet"]
    assert service["read_only"] is True
    assert any(each.endswith(":/model:ro") for each in service["volumes"])
    (container,) = deployment[0]["spec"]["template"]["spec"]["containers"]
    probes = {name: each["httpGet"] for name, each in container.items() if name.endswith("Probe")}
    assert {name: each["path"] for name, each in probes.items()} == {
        "readinessProbe": "/ready", "livenessProbe": "/health", "startupProbe": "/ready",
    }  # fmt: skip
    assert {str(each["port"]) for each in probes.values()} == {FINAL["EXPOSE"]}
    assert container["securityContext"]["runAsUser"] == int(FINAL["USER"].partition(":")[0])
    for command in (service["command"], container["args"]):
        assert command[0] == json.loads(FINAL["CMD"])[0]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_the_file_says_serves(runs):
    with image() as root:
        versions = packages(root)
        assert versions.keys() & TRAINING == set()
        assert {"linnet", "fastapi", "onnxruntime", "uvicorn"} <= versions.keys()
        assert {name: each for name, each in versions.items() if name != "linnet"} == {
            name: pins()[name] for name in versions if name != "linnet"
        }
        assert megabytes(root) == pytest.approx(told_megabytes(), rel=0.1), "docs/deploying.md"
        shutil.copytree(runs["three"] / "model", root / "model")
        (root / "token").write_text(TOKEN)
        before = states(root)
        with container(root, "/model", "--token-file", "/token") as (process, address):
            assert healthy(root, address) == 0
            with httpx2.Client(base_url=address, headers={"authorization": f"Bearer {TOKEN}"}) as c:
                assert c.get("/ready").json()["status"] == "ready"
                told = c.post("/predict", json={"texts": ["bread", "goal päivä"]})
                assert [each["label"] for each in told.json()["answers"]] == ["food", "sport"]
                assert c.post("/predict", json={"texts": ["bread"], "explain": True}).is_success
            assert httpx2.get(f"{address}/labels").status_code == 401
            process.terminate()
            assert process.wait(20) == 0
        assert healthy(root, address) != 0, "nobody answers any more"
        assert states(root) == before, "the container wrote into its files"


@contextmanager
def image() -> Iterator[Path]:
    """Do what the file says in a folder that stands for /."""
    with tempfile.TemporaryDirectory(prefix="linnet-image-") as temporary:
        root = Path(temporary)
        root.chmod(0o755)
        path = base_of(root / "base")
        if not reaches_a_registry(root):
            pytest.skip("pip reaches no registry")
        folder = root
        for name, rest in STEPS:
            if name == "WORKDIR":
                folder = inside(root, rest)
                folder.mkdir(parents=True, exist_ok=True)
            for source, place in from_tree(name, rest):
                copy(ROOT / source, folder / place)
            if name == "RUN":
                command = re.sub(r"^--mount=\S+ ", "", rest)
                command = re.sub(r"(?<=[\s\"(])/(?=\w)", f"{root}/", command)
                run("sh", "-ec", command, cwd=folder, path=path)
        yield root


def base_of(folder):
    """Make the base image's Python, with nothing installed; return where its commands are."""
    run(base_python(), "-m", "venv", "--without-pip", folder)
    pip = folder / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec {sys.executable} -m pip --python {folder}/bin/python "$@"\n')
    pip.chmod(0o755)
    return folder / "bin"


def base_python():
    """Return this Python, or the system's of the same version if only that one is open to all."""
    own = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")
    system = Path(f"/usr/bin/python3.{sys.version_info.minor}")
    return own if open_to_all(own) or not system.exists() else system


def open_to_all(path):
    return all(each.stat().st_mode & 0o001 for each in (path, *path.resolve().parents))


def reaches_a_registry(root):
    command = [root / "base/bin/pip", "download", "--quiet", "--no-deps", "--dest", root / "asked"]
    pinned = f"typing-extensions=={pins()['typing-extensions']}"
    return subprocess.run([*command, pinned], capture_output=True, check=False).returncode == 0


def run(*command, cwd=None, path=None):
    """Run a step; where it fails, show what it said."""
    environment = {name: each for name, each in os.environ.items() if name != "PYTHONPATH"}
    if path:
        environment["PATH"] = f"{path}:{environment['PATH']}"
    ended = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def copy(source, place):
    if source.is_dir():
        shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, place)


def inside(root, path):
    return root / path.lstrip("/")


@contextmanager
def container(root, *arguments):
    """Start what the image starts, as its user where that can be, with no file to write to."""
    command = json.loads(FINAL["ENTRYPOINT"])
    command[command.index("--host") + 1] = "127.0.0.1"
    command[command.index("--port") + 1] = "0"
    given = [str(inside(root, each)) if each.startswith("/") else each for each in arguments]
    unable_to_write = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh"]
    process = subprocess.Popen(
        [*unable_to_write, *command, *given], cwd=inside(root, FINAL["WORKDIR"]),
        env=environment_of(root), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        **user(),
    )  # fmt: skip
    try:
        found = re.search(r"http://[\w.:]+(?=,)", process.stdout.readline())
        assert found, process.stderr.read()
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


def user():
    """Return whom to run as: the image's user if this one may and it can reach the Python."""
    if os.geteuid() or not open_to_all(base_python()):
        return {}
    owner, group = map(int, FINAL["USER"].split(":"))
    return {"user": owner, "group": group, "extra_groups": []}


def environment_of(root):
    pairs = [each.partition("=") for each in FINAL["ENV"].split()]
    found = {name: value for name, _, value in pairs}
    assert found["PATH"] == "/opt/linnet/bin:$PATH"
    return {**found, "PATH": f"{root}/opt/linnet/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


def healthy(root, address):
    """Run the health check against a server; return how it ended."""
    command = [
        each.replace(FINAL["EXPOSE"], address.rpartition(":")[2]) for each in json.loads(HEALTH)
    ]
    return subprocess.run(
        command, env=environment_of(root), timeout=10, capture_output=True, check=False, **user()
    ).returncode


def packages(root):
    """Return name → version of all that is installed."""
    code = (
        "import json, importlib.metadata as m\n"
        "found = {each.name.lower(): each.version for each in m.distributions()}\n"
        "print(json.dumps({name.replace('_', '-'): each for name, each in found.items()}))"
    )
    return json.loads(run(root / "opt/linnet/bin/python", "-I", "-c", code))


def pins():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return {
        name.lower().replace("_", "-"): version
        for name, _, version in (line.partition("==") for line in lines)
    }


def megabytes(root):
    (packages,) = root.glob("opt/linnet/lib/python*/site-packages")
    return sum(each.stat().st_size for each in packages.rglob("*") if each.is_file()) / 1e6


def told_megabytes():
    """Return what the page says of the size."""
    return float(re.search(r"(\d+) MB of packages", PAGE.read_text("utf-8"))[1])


def states(root):
    """Return what tells that a file was written."""
    return {
        path: (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in (*root.glob("opt/**/*"), *root.glob("model/**/*"), *root.glob("*"))
    }
