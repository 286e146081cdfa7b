"""Each publisher's file, small and by hand, becomes the table that recipes read."""

import gzip
import io
import re
import tarfile
from pathlib import Path

import polars as pl
import pytest

from linnet.datasets import DATASETS, arxiv, imdb, news, reuters, stackoverflow
from linnet.errors import DataError

SHARED = Path(__file__).parents[3] / "shared" / "data"


def shared(name):
    """A real file beside the project."""
    if not (SHARED / name).exists():
        pytest.skip(f"needs {name} in {SHARED}")
    return SHARED / name


def test_imdb_is_sorted_by_number_whatever_the_archive(make_tar):
    archive = make_tar(
        [
            ("aclImdb/train/pos/10_9.txt", "häh".encode()),
            ("aclImdb/train/pos/9_10.txt", b"a<br /><br />b"),
            ("aclImdb/train/unsup/0_0.txt", b"no label"),
            ("aclImdb/train/labeledBow.feat", b"9 0:9"),
            ("aclImdb/README", b"read me"),
            ("aclImdb/test/neg/0_2.txt", b""),
            ("aclImdb/train/neg/0_1.txt", b"\xff bad bytes"),
        ]
    )
    table = imdb.unpack(archive)
    assert table.rows() == [
        ("test", "neg", 2, ""),
        ("train", "neg", 1, "\ufffd bad bytes"),
        ("train", "pos", 10, "a<br /><br />b"),
        ("train", "pos", 9, "häh"),
    ]


def test_imdb_has_the_rows_and_the_order_of_the_real_table(make_tar):
    real = pl.read_parquet(shared("imdb.parquet")).group_by("split", "label", maintain_order=True)
    real = real.head(20)
    numbered = real.with_columns(number=pl.int_range(pl.len()).over("split", "label"))
    members = [
        (f"aclImdb/{row['split']}/{row['label']}/{row['number']}_{row['rating']}.txt",
         row["text"].encode())
        for row in numbered.sample(fraction=1.0, shuffle=True, seed=0).iter_rows(named=True)
    ]  # fmt: skip
    assert imdb.unpack(make_tar(members)).equals(real.sort("split", "label", maintain_order=True))


def test_stackoverflow_keeps_the_text_as_it_is(make_tar):
    archive = make_tar(
        [
            ("./train/python/10.txt", b'"how to ""blank""\xc3\xa4?"\n'),
            ("./train/python/2.txt", b""),
            ("./._train", b"no text"),
            ("./test/csharp/0.txt", b"x"),
            ("./README.md", b"read me"),
        ]
    )
    table = stackoverflow.unpack(archive)
    assert table.rows() == [
        ("test", "csharp", "0", "x"),
        ("train", "python", "2", ""),
        ("train", "python", "10", '"how to ""blank""ä?"\n'),
    ]
    assert table.schema == pl.read_parquet_schema(shared("stackoverflow.parquet"))


def test_members_that_are_no_files_are_passed_over(tmp_path):
    path = tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for kind, number in ((tarfile.SYMTYPE, 1), (tarfile.LNKTYPE, 2), (tarfile.DIRTYPE, 3)):
            member = tarfile.TarInfo(f"train/python/{number}.txt")
            member.type, member.linkname = kind, "/etc/passwd"
            tar.addfile(member)
        member = tarfile.TarInfo("train/python/4.txt")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    assert stackoverflow.unpack(path)["text"].to_list() == ["x"]


LINE = "{}\t{}\thttp://a\t{}\t{}\tstory\twww.a\t1394470370698"


def test_news_takes_quotes_as_text(make_zip):
    lines = [
        LINE.format(1, 'He said "no', "Ä Times", "b"),
        LINE.format(2, '"quoted", twice', "", "m"),
    ]
    members = [
        ("__MACOSX/._newsCorpora.csv", b"\0"),
        ("2pageSessions.csv", b"x\ty"),
        ("newsCorpora.csv", "\n".join(lines) + "\n"),
    ]
    assert news.unpack(make_zip(members)).rows() == [
        (1, 'He said "no', "Ä Times", "b", "story", 1394470370698),
        (2, '"quoted", twice', None, "m", "story", 1394470370698),
    ]


def test_news_equals_the_real_table(make_zip):
    content = gzip.decompress(shared("news_raw_head.tsv.gz").read_bytes())
    table = news.unpack(make_zip([("folder/newsCorpora.csv", content)]))
    assert table.height == 20_000
    assert table.equals(pl.read_parquet(shared("news.parquet"), n_rows=20_000))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("a\tb\n", "columns"),
        (LINE.format("one", "t", "p", "b") + "\n", "one"),
        (LINE.format(1, "t\tt", "p", "b") + "\n", "columns"),
    ],
)
def test_news_that_are_damaged(make_zip, content, reason):
    expected = rf"(?s)cannot read newsCorpora\.csv in .*made\.zip.*{reason}.*expected the 8 columns"
    with pytest.raises(DataError, match=expected):
        news.unpack(make_zip([("newsCorpora.csv", content)]))


def test_news_without_the_file(make_zip):
    with pytest.raises(DataError, match=r"holds no file newsCorpora\.csv"):
        news.unpack(make_zip([("other.csv", "")]))


def test_arxiv_reads_lists_that_are_written_as_strings(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        'titles,summaries,terms\n"Ä, B","two\nlines","[\'cs.CV\', \'cs.LG\']"\n,,[]\n',
        encoding="utf-8",
    )
    assert arxiv.unpack(path).rows() == [
        ("Ä, B", "two\nlines", ["cs.CV", "cs.LG"]),
        (None, None, []),
    ]


def test_arxiv_reads_the_real_sample():
    table = arxiv.unpack(shared("arxiv_keras_sample.csv"))
    real = pl.read_parquet_schema(shared("arxiv.parquet"))
    assert table.schema == {name: real[name] for name in ("titles", "summaries", "terms")}
    assert table.height == 1_000
    assert table["terms"][0].to_list() == ["cs.CV", "cs.LG", "eess.IV"]


@pytest.mark.parametrize("cell", ["cs.CV", "[1]", "{'a'}", "[", "__import__('os')", "(" * 500])
def test_arxiv_says_which_cell_is_no_list(tmp_path, cell):
    path = tmp_path / "a.csv"
    path.write_text(f"titles,summaries,terms\na,b,['x']\nc,d,\"{cell}\"\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.csv, row 2: .* in the column 'terms' is no list"):
        arxiv.unpack(path)


def test_arxiv_without_a_column(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("titles,terms\na,[]\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no column 'summaries': expected .*, found titles, terms"):
        arxiv.unpack(path)


SGML = b"""<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="5544" NEWID="1">
<DATE>26-FEB-1987</DATE><TOPICS><D>cocoa</D><D>sugar</D></TOPICS>
<PLACES><D>usa</D></PLACES>
<UNKNOWN>&#5;&#5;&#5;C T</UNKNOWN>
<TEXT>&#2;
<TITLE>BAHIA &lt;SRD> &amp; CO</TITLE>
<DATELINE>    SALVADOR, Feb 26 - </DATELINE><BODY>Showers \xfc
    and rain.
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
<REUTERS TOPICS="YES" LEWISSPLIT="TEST" OLDID="2" NEWID="2"><TOPICS></TOPICS>
<TEXT TYPE="BRIEF">&#2;
******<TITLE> A BRIEF NOTE
</TITLE>Blah blah blah.
&#3;
</TEXT>
</REUTERS>
<REUTERS TOPICS="NO" LEWISSPLIT="TRAIN" OLDID="3" NEWID="3"><TOPICS><D>tin</D></TOPICS>
<TEXT TYPE="UNPROC">&#2;
AS IT WAS
&#3;
</TEXT>
</REUTERS>
<REUTERS TOPICS="YES" LEWISSPLIT="NOT-USED" OLDID="4" NEWID="4"><TOPICS></TOPICS>
</REUTERS>
"""


def test_reuters_reads_every_kind_of_text(make_tar):
    archive = make_tar(
        [
            ("./reut2-001.sgm", SGML.replace(b'NEWID="', b'NEWID="1')),
            ("./reut2-000.sgm", SGML),
            ("./README.txt", b"<REUTERS>"),
        ]
    )
    table = reuters.unpack(archive)
    assert table["newid"].to_list() == ["1", "2", "3", "4", "11", "12", "13", "14"]
    assert table.rows()[:4] == [
        ("1", "train", ["cocoa", "sugar"], "BAHIA <SRD> & CO", "Showers ü\n    and rain.\n Reuter"),
        ("2", "test", [], " A BRIEF NOTE\n", None),
        ("3", "unused", ["tin"], None, "AS IT WAS"),
        ("4", "unused", [], None, None),
    ]
    assert table.schema == pl.read_parquet_schema(shared("reuters21578.parquet"))


def test_reuters_with_one_topic_has_the_rows_the_order_and_the_split_of_keras():
    table = pl.read_parquet(shared("reuters21578.parquet"))
    assert reuters.one_topic(table).equals(pl.read_parquet(shared("reuters46.parquet")))


def test_rare_topics_are_left_out():
    row = {"title": "t", "body": "b"}
    rows = [{**row, "topics": ["rare"]}] * 14 + [{**row, "topics": ["kept"]}] * 15
    table = reuters.one_topic(pl.DataFrame(rows))
    assert set(table["topic"]) == {"kept"}
    assert set(table["label_id"]) == {0}
    assert table["split"].to_list() == ["train"] * 12 + ["test"] * 3
    assert reuters.one_topic(pl.DataFrame(rows[:14])).is_empty()


@pytest.mark.parametrize("name", ["imdb", "reuters", "stackoverflow"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "cannot unpack"), (b"<html>sign in</html>", "expected a tar archive, whole")],
)
def test_what_is_no_archive_is_refused(tmp_path, name, content, reason):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"{reason}") as caught:
        DATASETS[name].unpack(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_zip_file_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"<html>")
    with pytest.raises(DataError, match="File is not a zip file; expected a zip archive"):
        news.unpack(path)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_archive_that_is_cut_short_is_refused(make_tar, share):
    path = make_tar([(f"train/python/{n}.txt", bytes([n]) * n * 9) for n in range(200)])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DataError, match="cannot unpack"):
        stackoverflow.unpack(path)


def test_archive_with_a_wrong_sum_is_refused(make_tar):
    path = make_tar([("train/python/1.txt", b"x")])
    content = bytearray(path.read_bytes())
    content[-8] ^= 0xFF  # of the gzip format: the sum of the content
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"cannot unpack .*CRC"):
        stackoverflow.unpack(path)


def test_archive_that_a_browser_has_unzipped_is_read(make_tar):
    path = make_tar([("train/python/1.txt", b"x")])
    path.write_bytes(gzip.decompress(path.read_bytes()))
    assert stackoverflow.unpack(path).height == 1


def test_damaged_member_of_a_zip_file_is_refused(make_zip):
    path = make_zip([("newsCorpora.csv", (LINE.format(1, "t", "p", "b") + "\n") * 99)])
    content = bytearray(path.read_bytes())
    content[60] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot unpack"):
        news.unpack(path)


def test_archives_that_unpack_to_too_much_are_refused(make_tar, make_zip, monkeypatch):
    monkeypatch.setattr("linnet.datasets.archive.MAX_BYTES", 10_000)
    with pytest.raises(DataError, match="unpacks to more than 10,000 bytes"):
        stackoverflow.unpack(make_tar([("other.txt", bytes(10_000))]))
    with pytest.raises(DataError, match="unpacks to more than 10,000 bytes"):
        stackoverflow.unpack(make_tar([(f"{number}.txt", b"") for number in range(20)]))
    with pytest.raises(DataError, match="unpacks to more than 10,000 bytes"):
        news.unpack(make_zip([("newsCorpora.csv", bytes(10_001))]))


DOCUMENTED = re.compile(r"^\| `(.+?)` \| ([\d,]+) \| (.+?) \|", re.MULTILINE)


def test_documentation_tells_the_rows_and_the_columns():
    page = Path(__file__).parents[2] / "docs" / "datasets.md"
    told = {
        name: (rows, columns.split())
        for name, rows, columns in DOCUMENTED.findall(page.read_text())
    }
    assert list(told) == list(DATASETS)
    for name, each in DATASETS.items():
        rows, columns = told[name]
        assert rows == f"{each.num_rows:,}"
        assert {*each.text, each.label} <= set(columns)


def test_every_data_set_says_what_it_is():
    for name, each in DATASETS.items():
        assert each.name == name
        assert each.title
        assert each.terms.endswith(".")
        assert each.address is None or each.address.startswith("https://")
        assert each.sha256 is None or len(each.sha256) == 64
