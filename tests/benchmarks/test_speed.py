"""What benchmarks/speed.py makes of commands and of what programs print."""

import json

import pytest
import speed
from processes import Cost, timed
from speed_works import WORKS, Side, Work

PLACES = speed.places_of(speed.ROOT, speed.ROOT / "work")


def work(metric="accuracy", timed="process"):
    return Work("w", "g", (Side("linnet", "a"),), {}, metric, timed)


def test_an_empty_output_tells_nothing():
    assert speed.told("") == {}
    assert speed.told("warning\n[1]\n") == {}


def test_the_last_object_of_an_output_counts():
    assert speed.told('{"a": 1}\n{"a": 2}\nbye\n') == {"a": 2}


def test_a_path_with_a_blank_stays_one_word():
    assert speed.command("{python} x", {"python": "/a b/python"}) == ["/a b/python", "x"]


@pytest.mark.parametrize("each", WORKS, ids=lambda each: each.name)
def test_every_command_can_be_filled_in(each):
    for template in [*each.before, *(side.command for side in each.sides)]:
        words = speed.command(template, {**PLACES, "out": "o"})
        scripts = [word for word in words if word.endswith(".py")]
        assert all(speed.Path(script).is_file() for script in scripts), words
        assert not any("{" in word for word in words)


def test_what_was_left_out_is_added_and_has_no_score(tmp_path):
    said = {"accuracy": 0.1, "steps": 60, "seconds_left_out": 90.0, "cpu_seconds_left_out": 50.0}
    line = speed.line_of(work(), Cost(10.0, 5.0, 7.0, json.dumps(said)), tmp_path)
    assert (line["seconds"], line["cpu_seconds"], line["megabytes"]) == (100.0, 55.0, 7.0)
    assert line["steps"] == 60
    assert line["score"] is None


def test_a_part_is_timed_by_the_program(tmp_path):
    output = '{"seconds": 0.5, "cpu_seconds": 0.25}'
    line = speed.line_of(work(None, "part"), Cost(10.0, 5.0, 7.0, output), tmp_path)
    assert (line["seconds"], line["cpu_seconds"]) == (0.5, 0.25)
    assert line["steps"] == 0


def test_the_score_of_linnet_is_in_its_folder(tmp_path):
    (tmp_path / "model").mkdir()
    evaluation = {"test": {"accuracy": 0.75}}
    (tmp_path / "model" / "evaluation.json").write_text(json.dumps(evaluation))
    assert speed.line_of(work(), Cost(1.0, 1.0, 1.0), tmp_path)["score"] == 0.75


def test_a_process_is_timed_and_heard():
    cost = timed([PLACES["python"], "-c", "print('é' * 3)"], speed.QUIET)
    assert cost.output == "ééé\n"
    assert cost.cpu_seconds > 0
    assert cost.peak_megabytes > 1


def test_a_process_that_fails_shows_what_it_wrote():
    with pytest.raises(SystemExit, match=r"failed:\n(.|\n)*ZeroDivisionError"):
        timed([PLACES["python"], "-c", "1 / 0"])
