"""Every command as a user types it: what it prints, what it writes, how it ends."""

import json
import re
import shutil

import polars as pl
import pytest

from linnet.config import read_config
from linnet.workflows.train import train


def weights(folder):
    return (folder / "model" / "weights.safetensors").read_bytes()


def test_explore(linnet, posts):
    shown = linnet("explore", posts)
    assert (shown.code, shown.err) == (0, "")
    assert "40 rows, binary, 2 labels" in shown.out
    assert "food" in shown.out
    assert "Findings" in shown.out


def test_explore_writes_a_page(linnet, posts, tmp_path):
    out = tmp_path / "found"
    shown = linnet("explore", posts, "--out", out, "--max-length", "2")
    assert (shown.code, shown.err) == (0, "")
    assert "max_length would cut: 2: 100.0 %, 100: 0.0 %" in shown.out
    assert shown.out.endswith("explore.html\n")
    assert sorted(path.name for path in out.iterdir()) == ["explore.html", "explore.json"]
    assert json.loads((out / "explore.json").read_text())["cuts"]["2"]["words"] == 1.0
    assert '<h1 class="data">posts.csv</h1>' in (out / "explore.html").read_text()
    again = linnet("explore", posts, "--out", out)
    assert (again.code, again.out) == (2, "")
    assert f"{out} exists already: name another path, or remove it first" in again.err


def test_explore_fits_into_80_columns(linnet, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    table = tmp_path / "sets.jsonl"
    rows = [{"text": "päivää " * 99, "label": ["a" * 99, "b" * n, "c"]} for n in range(1, 40)]
    table.write_text("\n".join(map(json.dumps, rows)))
    shown = linnet("explore", table)
    told, findings = shown.out.split("\nFindings\n")
    assert [line for line in told.splitlines() if len(line) > 80] == []
    assert "3 labels per text on average, 39 different sets" in told
    assert "(+21 more)" in told
    assert "rare_labels" in findings


def test_train_says_what_it_does_and_what_comes_next(linnet, posts, fast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = linnet("train", posts, *fast)
    assert shown.code == 0
    assert "binary, 2 labels; rows: train 32, validation 4, test 4" in shown.out
    assert "epoch  1/2  loss" in shown.out
    assert "again, on training and validation rows" in shown.out
    between = r"\(95 %: -?\+?\d+\.\d\d to -?\+?\d+\.\d\d\)"
    for line in (r"test \(4 rows\)  accuracy", "baseline majority  accuracy",
                 r"baseline TF-IDF \+ logistic regression  accuracy"):  # fmt: skip
        assert re.search(rf"{line} \d+\.\d\d % {between}  ", shown.out), line
    against = r"accuracy against TF-IDF \+ logistic regression: [+-]\d+\.\d\d points"
    assert re.search(f"{against} {between}: ", shown.out)
    assert shown.out.endswith('next: linnet predict posts-run "a text"\n')
    assert (tmp_path / "posts-run" / "report.html").exists()


def test_folder_is_named_after_the_table(linnet, posts, fast, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "my posts.2024.csv"
    table.write_bytes(posts.read_bytes())
    assert linnet("train", table, *fast).code == 0
    assert (tmp_path / "my posts-run" / "model").is_dir()


@pytest.mark.parametrize("name", ["[bold]run", "*", "a=1", "päivä {}"])
def test_folder_with_an_odd_name(linnet, posts, fast, tmp_path, name):
    out = tmp_path / name
    shown = linnet("train", posts, *fast, "--out", out)
    assert f"saved {out}/" in shown.out
    assert linnet("predict", out, "goal").code == 0


def test_settings_of_a_run_can_be_run_again(linnet, posts, folder, tmp_path):
    shown = linnet("train", posts, "--config", folder / "config.toml", "--out", tmp_path / "again")
    assert shown.code == 0
    assert weights(tmp_path / "again") == weights(folder)
    assert (tmp_path / "again" / "config.toml").read_text() != ""


def test_option_goes_over_the_file(linnet, posts, fast, tmp_path):
    toml = tmp_path / "run.toml"
    toml.write_text(f'epochs = 1\nseed = 5\nout = "{tmp_path}/from-file"\n')
    linnet("train", posts, "--config", toml, *fast, "--epochs", 2, "--out", tmp_path / "run")
    config = read_config(tmp_path / "run" / "config.toml")
    assert (config.epochs, config.seed) == (2, 5)
    assert not (tmp_path / "from-file").exists()


def test_option_given_twice_is_a_list(linnet, tmp_path):
    table = tmp_path / "two.csv"
    table.write_text("title,body,label\n" + "".join(f"t{n},b{n % 7},{n % 2}\n" for n in range(30)))
    shown = linnet("explore", table, "--text", "title", "--text", "body")
    assert (shown.code, "37 distinct words" in shown.out) == (0, True)


def test_evaluate(linnet, folder, posts):
    shown = linnet("evaluate", folder, posts)
    assert shown.code == 0
    assert "(40 rows)  accuracy" in shown.out
    assert "precision" in shown.out
    assert "baseline majority  accuracy" in shown.out
    assert "baseline TF-IDF + logistic regression  accuracy" in shown.out
    assert "accuracy against TF-IDF + logistic regression: " in shown.out


def test_evaluate_a_model_alone(linnet, folder, posts, tmp_path):
    shutil.copytree(folder / "model", tmp_path / "alone")
    shown = linnet("evaluate", tmp_path / "alone", posts)
    assert shown.code == 0
    assert "note no linear baseline beside this model: it is in the folder of a run" in shown.out


def test_evaluate_as_json(linnet, folder, posts):
    shown = linnet("evaluate", folder, posts, "--json")
    result = json.loads(shown.out)
    assert (shown.code, result["rows"]) == (0, 40)
    assert {"accuracy", "loss", "per_class"} <= result.keys()


def test_predict_answers_each_text_on_a_line(linnet, folder):
    shown = linnet("predict", folder, "goal match maali", "", "päivää")
    lines = shown.out.splitlines()
    assert (shown.code, len(lines)) == (0, 3)
    assert all("food" in line and "sport" in line and "%" in line for line in lines)


def test_predict_says_the_same_with_and_without_options(linnet, folder):
    texts = ["goal match maali", "", "päivää bread"]
    plain, read = linnet("predict", folder, *texts), linnet("predict", folder, *texts, "-k", 3)
    assert (plain.code, plain.out, plain.err) == (read.code, read.out, read.err)


def test_a_file_that_exists_is_refused_as_a_file(linnet, folder, posts):
    shown = linnet("predict", folder, "--table", posts, "--out", posts)
    assert (shown.code, shown.out) == (2, "")
    assert f"{posts} exists already: name another path, or remove it first" in shown.err


def test_predict_marks_the_labels_of_a_text_that_may_have_several(linnet, tmp_path):
    table = {"text": ["goal match", "drum song", "goal drum"] * 20,
             "label": [["sport"], ["music"], ["music", "sport"]] * 20}  # fmt: skip
    run = train(table, out=tmp_path / "run", model="linear", epochs=5, duplicates="keep")
    texts = ["goal match", "goal drum"]
    shown = linnet("predict", run.path, *texts).out.splitlines()
    for line, labels in zip(shown, run.classifier.predict(texts), strict=True):
        assert {label for label in ("music", "sport") if f"✓ {label} " in line} == set(labels)
    assert shown[0].count("✓") == 1 < shown[1].count("✓")
    texts, least = [*texts, "qqq zzz"], run.classifier.least_score(0.5)
    shown = linnet("predict", run.path, *texts, "--precision", "0.5").out.splitlines()
    for line, labels in zip(shown, run.classifier.predict(texts, precision=0.5), strict=True):
        assert line.count("✓") == len(labels or [])
    assert shown[2].startswith("I don't know (unlike")
    assert max(run.classifier.predict_proba(texts)[2]) >= least, "else there was nothing to mark"


def test_predict_as_many_labels_as_asked(linnet, folder):
    shown = linnet("predict", folder, "goal", "-k", 1)
    assert shown.out.count("%") == 1


def test_predict_reads_stdin(linnet, folder):
    texts = ["goal match", "", "päivää bread", "no line end"]
    piped = linnet("predict", folder, "-", stdin="\n".join(texts).encode())
    windows = linnet("predict", folder, "-", stdin="\r\n".join(texts).encode())
    given = linnet("predict", folder, *texts)
    assert (piped.code, piped.out, windows.out) == (0, given.out, given.out)


def test_predict_reads_nothing(linnet, folder):
    shown = linnet("predict", folder, "-")
    assert (shown.code, shown.out, shown.err) == (0, "", "")


def test_predict_reads_more_lines_than_fit_at_once(linnet, folder):
    shown = linnet("predict", folder, "-", "-k", 1, stdin=b"goal\n" * 2001)
    assert shown.out.count("\n") == 2001


def test_text_that_starts_with_a_dash(linnet, folder):
    shown = linnet("predict", folder, "--", "-5 goal")
    assert shown.code == 0


def test_table_into_csv_on_stdout(linnet, folder, posts):
    shown = linnet("predict", folder, "--table", posts)
    assert shown.out.splitlines()[0] == "text,label,predicted,score"
    assert shown.out.count("\n") == 41


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_table_into_file(linnet, folder, posts, tmp_path, suffix):
    out = tmp_path / f"labelled.{suffix}"
    shown = linnet("predict", folder, "--table", posts, "--out", out)
    assert (shown.code, shown.out) == (0, f"40 rows written to {out}\n")
    if suffix == "parquet":
        assert pl.read_parquet(out).columns == ["text", "label", "predicted", "score"]
    else:
        assert len(out.read_text("utf-8").splitlines()) in (40, 41)


def test_several_labels_into_csv(linnet, fast, tmp_path):
    table = tmp_path / "tags.jsonl"
    rows = [{"text": f"goal bread {n}", "label": [["a"], [], ["a", "b"]][n % 3]} for n in range(30)]
    table.write_text("\n".join(map(json.dumps, rows)))
    assert linnet("train", table, *fast, "--out", tmp_path / "run").code == 0
    shown = linnet("predict", tmp_path / "run", "--table", table)
    assert shown.code == 0
    assert (
        pl.read_csv(shown.out.encode())["predicted"].str.json_decode(pl.List(pl.String)).len() == 30
    )


def test_label_with_control_characters_stays_on_its_line(linnet, fast, tmp_path):
    table = tmp_path / "odd.jsonl"
    rows = [{"text": f"goal {n}", "label": ["a\n\x1b[31m", "[red]b :smile:"][n % 2]}
            for n in range(30)]  # fmt: skip
    table.write_text("\n".join(map(json.dumps, rows)))
    trained = linnet("train", table, *fast, "--out", tmp_path / "run")
    assert trained.code == 0
    shown = linnet("predict", tmp_path / "run", "goal")
    explored = linnet("explore", table)
    assert "\x1b" not in trained.out + shown.out + explored.out
    assert shown.out.count("\n") == 1
    assert "[red]b :smile:" in trained.out
    assert "[red]b :smile:" in explored.out


def test_verify(linnet, folder):
    shown = linnet("verify", folder)
    assert shown.code == 0
    assert "SHA256SUMS" in shown.out
    assert "golden texts" in shown.out


def test_demo(linnet, tmp_path, monkeypatch):
    table = pl.DataFrame({"text": [f"open a {'socket' if n % 2 else 'figure'} {n}" for n in
                                   range(40)], "label": ["a", "b"] * 20})  # fmt: skip
    monkeypatch.setattr("linnet.datasets.demo.demo_table", lambda: table)
    shown = linnet("demo", "--out", tmp_path / "demo")
    assert shown.code == 0
    assert shown.out.count("  a ") + shown.out.count("  b ") >= 3
    again = linnet("demo", "--out", tmp_path / "demo")
    assert (again.code, again.out) == (2, "")
    assert "exists already" in again.err


def test_version(linnet):
    from linnet.version import VERSION

    assert linnet("--version").out == f"{VERSION}\n"


def test_predict_says_that_it_does_not_know(linnet, folder):
    texts = ("goal match", "qqq zzz xxx", "")
    shown = linnet("predict", folder, *texts, "--precision", "0.5")
    assert (shown.code, shown.err) == (0, "")
    known, _, empty = shown.out.splitlines()
    assert not known.startswith("I don't know")
    assert empty.startswith("I don't know (unlike the training texts)  ")
    refused = linnet("predict", folder, *texts, "--precision", "0.999")
    assert (refused.code, refused.out) == (2, "")
    assert "a precision of 0.999 cannot be promised: " in refused.err
