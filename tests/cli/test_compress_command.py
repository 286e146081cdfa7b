def test_size_and_loss_are_printed(linnet, folder, posts, tmp_path):
    out = tmp_path / "small"
    shown = linnet("compress", folder, "--out", out, "--keep-ids", 12, "--table", posts)
    assert (shown.code, shown.err) == (0, "")
    first, rows, accuracy, macro_f1, change, majority, *_ = shown.out.splitlines()
    assert " times smaller; " in first and first.endswith(" ids to 12")
    assert rows == "measured on 4 rows, the test rows of the run"
    assert accuracy.startswith("accuracy ") and accuracy.endswith(" points lost")
    assert accuracy.count(" (95 %: ") == 2
    assert macro_f1.startswith("macro-F1 ")
    assert change.startswith("change ") and " points (95 %: " in change
    assert majority.startswith("baseline majority  accuracy ")
    assert "\naccuracy against TF-IDF + logistic regression: " in shown.out
    assert linnet("verify", out).code == 0
    assert linnet("predict", out, "goal match").out.count("%") == 2


def test_without_a_table_it_says_so(linnet, folder, tmp_path):
    shown = linnet("compress", folder, "--out", tmp_path / "small")
    assert shown.code == 0
    assert shown.out.endswith("loss not measured: give --table with labelled rows\n")


def test_mistakes_are_one_line(linnet, folder, tmp_path):
    shown = linnet("compress", folder, "--out", tmp_path, "--max-mb", "-1")
    assert (shown.code, shown.out) == (2, "")
    assert shown.err == "error: max_mb must be above 0, not -1\n"
    assert linnet("compress", folder).code == 2
