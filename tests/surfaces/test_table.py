"""Tables of numbers in files: how they are written is found out, and every fault is named by row and column."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.scenario import MAX_POINTS
from surfaces.data.layout import ENCODINGS, SEPARATORS, Layout, detect, value
from surfaces.data.reading import Reading, head_of, preview, read


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


def read_all(
    path: Path, chosen: tuple[int, ...] = (0, 1), labels: bool = False, layout: Layout | None = None
) -> Reading:
    layout = layout or detect(head_of(path))
    return read(path, layout, preview(head_of(path), layout).names, chosen, labels)


def said(reading: Reading) -> list[str]:
    return [fault.message for fault in reading.faults]


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separator_decimals_and_names_are_found(
    tmp_path: Path, separator: str, decimal: str, names: bool, end: str
) -> None:
    if separator == decimal:
        return
    rng = random.Random(separator + decimal)
    rows = [(round(rng.uniform(-9, 9), 2), round(rng.uniform(0, 900), 1)) for _ in range(30)]
    lines = [separator.join(str(v).replace(".", decimal) for v in row) for row in rows]
    text = end.join([*([separator.join(["size", "weight"])] if names else []), *lines]) + end
    path = written(tmp_path, text)
    layout = detect(head_of(path))
    assert layout == Layout("utf-8", separator, decimal, names)
    found = read_all(path)
    assert found.data and not found.bad and found.rows == 30
    assert found.data.names == (("size", "weight") if names else ("column 1", "column 2"))
    assert list(zip(*found.data.columns, strict=True)) == rows
    assert found.data.label == "table.csv"


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("utf-8", "身高"), ("utf-8-sig", "身高"), ("utf-16", "身高"), ("gb18030", "身高"), ("cp1252", "Höhe")],
)
def test_encodings_are_found(tmp_path: Path, encoding: str, word: str) -> None:
    path = written(tmp_path, f"{word},weight\n1.5,2\n3,4\n", encoding)
    assert detect(head_of(path)).encoding == encoding.removesuffix("-sig")
    found = read_all(path)
    assert found.data and found.data.names == (word, "weight") and found.data.columns == ((1.5, 3.0), (2.0, 4.0))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_found_without_its_mark(tmp_path: Path, encoding: str) -> None:
    found = read_all(written(tmp_path, "size,身高\n" + "1.5,2\n" * 9, encoding))
    assert found.data and found.data.names == ("size", "身高") and found.data.columns[0] == (1.5,) * 9


@pytest.mark.parametrize(
    ("text", "names", "said_of_it"),
    [
        ("sep=;\nx;y\n1,5;2\n3,5;4\n", ("x", "y"), []),
        ("x,y\n−1,2\n−3e−2,4\n", ("x", "y"), []),
        ('"x" "y"\n"1" 0.5 2\n"2"   1.5 4\n', ("column 1", "x"), []),
        ("Of 2024\n\nx,y\n1,2\n3,4\n", ("Of 2024", "column 2"), ["row 3, column Of 2024: 'x' is no number"]),
        ("x,y\n1,5,2\n3,5,4\n", (), ["row 2 has 3 cells; there are 2 columns"]),
    ],
    ids=["Excel's first line", "minus signs", "R's table", "a title", "decimals cut in two"],
)
def test_what_other_programs_write(tmp_path: Path, text: str, names: tuple[str, ...], said_of_it: list[str]) -> None:
    found = read_all(written(tmp_path, text))
    assert (found.data.names if found.data else ()) == names and said(found)[:1] == said_of_it


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_offered_can_be_read(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "a,b\n1,2\n3,4\n", encoding)
    found = read_all(path, layout=Layout(encoding))
    assert found.data and found.data.columns == ((1.0, 3.0), (2.0, 4.0))


def test_a_wrong_encoding_is_named_with_the_row(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n" + "1,2\n" * 5000 + "3,ü\n", "cp1252")
    with pytest.raises(ConfigError, match="bytes that are no utf-8; choose another encoding"):
        read_all(path, layout=Layout("utf-8"))


def test_text_and_gaps_are_named_by_row_and_column(tmp_path: Path) -> None:
    text = "x,y,note\n1,2,\n3,n/a,\n,4,\n5,6,fine\n\n# a remark\n7\nnan,8,\n9,inf,\n1_0,2,\n"
    found = read_all(written(tmp_path, text))
    assert said(found) == [
        "row 3, column y: 'n/a' is no number",
        "row 4, column x: there is nothing",
        "row 8, column y: there is nothing",
        "row 9, column x: 'nan' is no number",
        "row 10, column y: 'inf' is no number",
        "row 11, column x: '1_0' is no number",
    ]
    assert (found.rows, found.bad) == (8, 6)
    assert found.data and found.data.columns == ((1.0, 5.0), (2.0, 6.0))


def test_rows_that_are_too_long_are_named(tmp_path: Path) -> None:
    """A number with a decimal comma that the separator cuts in two; a separator at the end of a line is none."""
    found = read_all(written(tmp_path, "x,y\n1,2\n3,4,5\n6,7,\n"))
    assert said(found) == ["row 3 has 3 cells; there are 2 columns"]
    assert found.data and found.data.columns == ((1.0, 6.0), (2.0, 7.0))


def test_only_the_first_faults_are_listed_but_all_counted(tmp_path: Path) -> None:
    found = read_all(written(tmp_path, "x,y\n1,2\n" + "a,b\n" * 500))
    assert found.bad == 500 and len(found.faults) == 20 and found.faults[0].values["row"] == 3


def test_quotes_may_hold_separators_and_lines(tmp_path: Path) -> None:
    found = read_all(written(tmp_path, 'name,x,y\n"Lee, ""the"" one",1,2\n"two\nlines",3,4\nlast,z,5\n'), (1, 2))
    assert found.data and found.data.columns == ((1.0, 3.0), (2.0, 4.0))
    assert said(found) == ["row 5, column x: 'z' is no number"]


@pytest.mark.parametrize("text", ["", "\n\n", "   \n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="the file is empty"):
        detect(head_of(written(tmp_path, text)))


def test_a_picture_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4)
    with pytest.raises(ConfigError, match="no text but a binary file"):
        detect(head_of(path))


def test_names_alone_and_one_row(tmp_path: Path) -> None:
    assert read_all(written(tmp_path, "x,y\n")).data is None
    found = read_all(written(tmp_path, "x,y\n1,2\n"))
    assert found.rows == 1 and found.data and found.data.columns == ((1.0,), (2.0,))


def test_columns_without_a_name_or_with_the_same_one_can_be_told_apart(tmp_path: Path) -> None:
    path = written(tmp_path, "x,x,,y\n1,2,3,4\n")
    assert preview(head_of(path), detect(head_of(path))).names == ("x", "x (2)", "column 3", "y")


@pytest.mark.parametrize(
    ("cells", "labels", "columns"),
    [
        (["0", "1", "0"], (), (0.0, 1.0, 0.0)),
        (["1.0", "0", "1"], (), (1.0, 0.0, 1.0)),
        (["2", "1", "1"], ("1", "2"), (1.0, 0.0, 0.0)),
        (["-1", "1", "-1"], ("-1", "1"), (0.0, 1.0, 0.0)),
        (["yes", "no", "yes"], ("no", "yes"), (1.0, 0.0, 1.0)),
        (["10", "9", "9.0"], ("9", "10"), (1.0, 0.0, 0.0)),
    ],
)
def test_two_labels_become_0_and_1(
    tmp_path: Path, cells: list[str], labels: tuple[str, ...], columns: tuple[float, ...]
) -> None:
    path = written(tmp_path, "x,y\n" + "".join(f"{k},{cell}\n" for k, cell in enumerate(cells)))
    found = read_all(path, labels=True)
    assert found.data and found.data.columns[1] == columns and found.labels == labels


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("abc", "column y must tell two classes apart; it holds 3: a, b, c"),
        ("aaa", "column y must tell two classes apart; it holds 1: a"),
        ("abcdef", "it holds 6: a, b, c, d, …"),
    ],
)
def test_other_numbers_of_labels_are_refused(tmp_path: Path, cells: str, words: str) -> None:
    path = written(tmp_path, "x,y\n" + "".join(f"{k},{cell}\n" for k, cell in enumerate(cells)))
    with pytest.raises(ConfigError) as caught:
        read_all(path, labels=True)
    assert caught.value.message.endswith(words)


def test_of_too_many_rows_some_are_used_spread_evenly(tmp_path: Path) -> None:
    count = 2 * MAX_POINTS + 1
    path = written(tmp_path, "x,y\n" + "".join(f"{k},{k % 7}\n" for k in range(count)))
    shares: list[float] = []
    layout = detect(head_of(path))
    found = read(path, layout, ("x", "y"), (0, 1), False, shares.append)
    assert found.rows == count and found.data
    x = found.data.columns[0]
    assert len(x) == MAX_POINTS and (x[0], x[-1]) == (0.0, count - 1.0)
    assert {round(b - a) for a, b in zip(x, x[1:], strict=False)} <= {2, 3}
    assert shares == sorted(shares) and shares[0] < 0.01 and shares[-1] == 1.0 and len(shares) > 20


def test_reading_can_be_ended(tmp_path: Path) -> None:
    path = written(tmp_path, "x,y\n" + "1,2\n" * 50_000)
    told = 0

    def tell(share: float) -> None:
        nonlocal told
        told += 1
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(path, detect(head_of(path)), ("x", "y"), (0, 1), False, tell)
    assert told < 10


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_file_is_too_strange(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever the bytes are, there is a table or a ConfigError."""
    path = tmp_path_factory.mktemp("strange") / "file"
    path.write_bytes(content)
    try:
        layout = detect(head_of(path))
        names = preview(head_of(path), layout).names
        found = read(path, layout, names, (0, len(names) - 1), False)
    except ConfigError:
        return
    assert found.bad <= found.rows and len(found.faults) <= 20


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(".,"))
def test_a_number_is_read_as_it_was_written(number: float, decimal: str) -> None:
    assert value(repr(number).replace(".", decimal), decimal) == number


@pytest.mark.parametrize("cell", ["1.234,5", "1,234.5", "12%", "€5", "", " ", "1 2", "inf", "NaN", "1_000", "0x1F"])
def test_what_is_no_number(cell: str) -> None:
    assert value(cell, ".") is None and value(cell, ",") is None
