"""`autograde collect`: what an LMS packs, in; a folder for each student, out. Nothing climbs, nothing stops, nothing is lost."""

import io
import os
import random
import sys
import time
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograde import collect as collector
from autograde import roster
from autograde.__main__ import main
from autograde.archive import MAX_PACKED
from autograde.collect import Refusal, collect
from autograde.grade import hand_ins, handed_in
from autograde.roster import BadRoster, read_kept, read_roster
from autograde.submission import read_submission
from autograde.syllabus import syllabus
from tests import hostile

NAME = hostile.ASSIGNMENT
FILE = f"{NAME}.ipynb"
CORPUS = hostile.load_corpus()
DUE = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
NOTEBOOK = replace(syllabus().notebook(NAME), due=DUE, extensions={"104": DUE + timedelta(days=7)})


def zipped(path: Path, files: dict[str, bytes | str], **how) -> Path:
    with zipfile.ZipFile(path, "w", **how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def packed(files: dict[str, bytes | str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but the collector's own, which begin with a dot, and roster.json."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent != folder
    }


def take(source: Path, lms: str, to: Path, roster: Path | None = None, notebook=None):
    return collect(source, NAME, lms, to, roster, notebook)


@pytest.fixture
def submitted(tmp_path) -> Path:
    return tmp_path / "submitted"


# --- the forms of the LMSs


def test_canvas_download_under_canvas_ids(tmp_path, submitted):
    source = zipped(
        tmp_path / "submissions.zip",
        {
            f"smithanna_101_9001_{FILE}": "anna",
            f"de_la_cruzmaria_LATE_102_9002_{FILE}": "maria",
            "brownbob_103_9003_data.csv": "1",
            f"brownbob_103_9004_{FILE}": "bob",
            f"anon_x7Kq2_9005_{FILE}": "who",
            "whitezoe_105_text.html": "typed in",
            f"1_106_9006_my_12_34_{FILE}": "digits",
            "notes.txt": "by hand",
        },
    )
    done = take(source, "canvas", submitted)
    assert tree(submitted) == {
        f"101/{NAME}/{FILE}": b"anna",
        f"102/{NAME}/{FILE}": b"maria",
        f"103/{NAME}/data.csv": b"1",
        f"103/{NAME}/{FILE}": b"bob",
        f"anon_x7Kq2/{NAME}/{FILE}": b"who",
        f"105/{NAME}/text.html": b"typed in",
        f"106/{NAME}/my_12_34_{FILE}": b"digits",
    }
    assert any(line.startswith("notes.txt is left out") for line in done.lines)
    assert done.summary == "6 hand-ins: 6 new"
    assert set(hand_ins(submitted, NAME)[0]) == {"101", "102", "103", "105", "106", "anon_x7Kq2"}
    kept = read_kept(submitted)[NAME]
    assert kept["lms"] == "canvas" and kept["students"]["101"]["ID"] == "101"


def test_of_repeated_uploads_the_newest_counts_and_the_others_are_kept(tmp_path, submitted):
    files = {
        f"smithanna_101_9001_{FILE}": "first",
        f"smithanna_101_9010_{NAME}-2.ipynb": "third",
        f"smithanna_101_9005_{NAME}-1.ipynb": "second",
        f"brownbob_103_9030_{FILE}": "second",
        f"brownbob_103_9020_{NAME}-1.ipynb": "first",
    }
    source = zipped(tmp_path / "submissions.zip", files)
    for _ in range(2):  # the second time nothing is added
        take(source, "canvas", submitted)
        assert tree(submitted) == {
            f"101/{NAME}/{FILE}": b"third",
            f"101/{NAME}.older-1/{FILE}": b"first",
            f"101/{NAME}.older-2/{FILE}": b"second",
            f"103/{NAME}/{FILE}": b"second",
            f"103/{NAME}.older-1/{FILE}": b"first",
        }


@pytest.mark.parametrize("folders", [True, False])
@pytest.mark.parametrize("unpacked", [True, False])
def test_moodle_download_in_either_form(tmp_path, submitted, folders, unpacked):
    link = "/" if folders else ""
    source = zipped(
        tmp_path / "Course-Assignment-17.zip",
        {
            f"Anna Żółć_201_assignsubmission_file_{link}{FILE}": "anna",
            f"Bob O Brien 2_202_assignsubmission_file_{link}{FILE}": "bob",
            f"Bob O Brien 2_202_assignsubmission_onlinetext_{link}onlinetext.html": "hello",
        },
    )
    if unpacked:
        with zipfile.ZipFile(source) as archive:
            archive.extractall(tmp_path / "unpacked" / "inner")
        source = tmp_path / "unpacked"
    take(source, "moodle", submitted)
    assert tree(submitted) == {
        f"participant-201/{NAME}/{FILE}": b"anna",
        f"participant-202/{NAME}/{FILE}": b"bob",
        f"participant-202/{NAME}/onlinetext.html": b"hello",
    }
    student = read_kept(submitted)[NAME]["students"]["participant-201"]
    assert student == {"Identifier": "Participant 201", "Full name": "Anna Żółć"}


def test_plain_folders_files_and_archives_of_students(tmp_path, submitted):
    dora = packed({f"w/{FILE}": "dora", "w/.DS_Store": "junk", "w/data.csv": "1"})
    source = zipped(
        tmp_path / "class.zip",
        {
            f"class/anna/{FILE}": "anna",
            f"class/bert/hand in/{NAME}/{FILE}": "bert",
            f"class/bert/hand in/{NAME}/data/x.csv": "1",
            f"class/cleo/{NAME}/{FILE}": "cleo",
            "class/cleo/02_model_swapping/02_model_swapping.ipynb": "another",
            "class/dora/work.zip": dora,
            f"class/dora/__MACOSX/._{FILE}": "junk",
            "class/emil/": "",
        },
    )
    take(source, "plain", submitted)
    assert tree(submitted) == {
        f"anna/{NAME}/{FILE}": b"anna",
        f"bert/{NAME}/{FILE}": b"bert",
        f"bert/{NAME}/data/x.csv": b"1",
        f"cleo/{NAME}/{FILE}": b"cleo",
        f"dora/{NAME}/{FILE}": b"dora",
        f"dora/{NAME}/work.zip": dora,  # what else is in it stays in it
    } | {
        f"{student}/{NAME}/timestamp.txt": (
            submitted / student / NAME / "timestamp.txt"
        ).read_bytes()
        for student in ("anna", "bert", "cleo", "dora")
    }
    assert (submitted / "emil" / NAME).is_dir()  # the grader says that it is empty
    files = tmp_path / "files"
    files.mkdir()
    (files / "fred.ipynb").write_text("fred")
    (files / "gina.zip").write_bytes(packed({FILE: "gina"}))
    take(files, "plain", tmp_path / "second")
    found = tree(tmp_path / "second")
    assert found[f"fred/{NAME}/{FILE}"] == b"fred" and found[f"gina/{NAME}/{FILE}"] == b"gina"


# --- what archives may hold


def test_what_climbs_or_is_no_file_is_left_out_in_a_line_each(tmp_path, submitted):
    hostile_names = [
        "../climbed",
        "anna/../../climbed",
        "/tmp/climbed-by-collect",
        "anna\\..\\climbed",
        "C:/climbed",
        "anna/con.txt",
        "anna/tail. ",
        "anna/new\nline",
        f"anna/{'long' * 64}",
        "/".join(["anna", *"abcdefghij", "deep"]),
    ]
    source = zipped(tmp_path / "class.zip", dict.fromkeys(hostile_names, "bad"))
    with zipfile.ZipFile(source, "a") as archive:
        for kind in (0o120777, 0o020666, 0o010644):  # a link, a device, a pipe
            info = zipfile.ZipInfo(f"anna/odd{kind}")
            info.external_attr = kind << 16
            archive.writestr(info, "/etc/passwd")
        archive.writestr(f"anna/{FILE}", "good")
        archive.writestr(f"anna/{FILE.upper()}", "twin")
        archive.writestr("anna/Timestamp.TXT", "2000-01-01 00:00:00 UTC")
    before = set(tmp_path.rglob("*"))
    done = take(source, "plain", submitted)
    found = tree(submitted)
    assert not found.pop(f"anna/{NAME}/timestamp.txt").startswith(b"2000")  # not the student's
    assert found == {f"anna/{NAME}/{FILE}": b"good"}
    assert len(done.lines) == len(hostile_names) + 5, done.lines
    assert all(line.isprintable() for line in done.lines)
    outside = {p for p in tmp_path.rglob("*") if submitted not in p.parents and p != submitted}
    assert outside == before and not Path("/tmp/climbed-by-collect").exists()


def test_encrypted_damaged_and_bombs_cost_only_themselves(tmp_path, submitted, monkeypatch):
    monkeypatch.setattr("autograde.archive.MAX_FILE", 400_000)
    monkeypatch.setattr(collector, "MAX_UNPACKED", 450_000)
    honest = {f"{student}/{FILE}": student for student in ("anna", "zoe")}
    files = honest | {
        "bomb/zeros.bin": bytes(1_000_000),
        "many/work.zip": packed({f"{n}.txt": "" for n in range(MAX_PACKED + 1)}),
        "broken/work.zip": packed({FILE: "x"})[:-30],
        "noise/work.zip": b"no archive at all",
        "gzip/work.tar.gz": b"\x1f\x8b" + random.Random(0).randbytes(5000),
        "nested/work.zip": packed({"inner.zip": packed({FILE: "too deep"})}),
        "heap/a.bin": bytes(300_000),
        "heap/b.bin": bytes(300_000),
        f"locked/{FILE}": "secret",
        f"liar/{FILE}": b"z" * 5000,
    }
    source = zipped(tmp_path / "class.zip", files, compression=zipfile.ZIP_DEFLATED)
    data = bytearray(source.read_bytes())
    # In the central directory: one is said to be encrypted, one to be of five bytes.
    at = data.rindex(b"locked/") - 46
    data[at + 8] |= 1
    at = data.rindex(b"liar/") - 46
    data[at + 24 : at + 28] = (5).to_bytes(4, "little")
    source.write_bytes(data)
    done = take(source, "plain", submitted)
    found = tree(submitted)
    for student in ("anna", "zoe"):
        assert found[f"{student}/{NAME}/{FILE}"] == student.encode()
    left = {path for path in found if not path.endswith("timestamp.txt")}
    assert left - {f"{s}/{NAME}/{FILE}" for s in ("anna", "zoe")} == {
        f"many/{NAME}/work.zip", f"broken/{NAME}/work.zip", f"noise/{NAME}/work.zip",
        f"gzip/{NAME}/work.tar.gz", f"nested/{NAME}/work.zip", f"heap/{NAME}/a.bin",
    }  # fmt: skip
    said = "\n".join(done.lines)
    for words in ("zeros.bin is left out: it has more than", "it is encrypted", "it is damaged"):
        assert words in said
    assert said.count("is not opened") == 4 and "in all is left out" in said
    # Each of them is still a hand-in, and the grader will say what is wrong with it.
    assert set(done.students) == {path.split("/")[0] for path in files}


def test_a_tar_that_unpacks_without_end_is_not_opened(tmp_path, submitted, monkeypatch):
    import gzip

    monkeypatch.setattr("autograde.archive.MAX_UNPACKED", 1_000_000)
    bomb = gzip.compress(bytes(5_000_000))
    source = zipped(tmp_path / "class.zip", {"anna/work.tgz": bomb, f"bert/{FILE}": "good"})
    done = take(source, "plain", submitted)
    assert "anna: work.tgz is not opened: it unpacks to more than 0 MB" in done.lines
    assert (submitted / "bert" / NAME / FILE).exists()


@pytest.mark.parametrize("kind", ["truncated", "html", "missing", "empty", "other"])
def test_what_is_no_download_is_refused_in_one_sentence(tmp_path, monkeypatch, capsys, kind):
    source = zipped(tmp_path / "class.zip", {} if kind == "empty" else {"anna.txt": "x" * 999})
    if kind == "truncated":
        source.write_bytes(source.read_bytes()[:500])
    if kind == "html":
        source.write_text("<!DOCTYPE html>")
    if kind == "missing":
        source.unlink()
    arguments = [str(source), "--notebook", NAME, "--lms", "canvas"]
    arguments += ["--submissions", str(tmp_path / "s")]
    monkeypatch.setattr(sys, "argv", ["autograde", "collect", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and said[0].startswith("autograde: ")
    assert not tree(tmp_path / "s")


def test_the_command_ends_with_the_summary_and_the_folder(tmp_path, submitted, monkeypatch, capsys):
    source = zipped(tmp_path / "class.zip", {f"a_1_10_{FILE}": "one"})
    arguments = [str(source), "--notebook", NAME, "--lms", "canvas"]
    arguments += ["--submissions", str(submitted)]
    monkeypatch.setattr(sys, "argv", ["autograde", "collect", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert capsys.readouterr().out.splitlines()[-2:] == ["1 hand-in: 1 new", str(submitted)]


def test_names_in_utf8_and_in_cp437(tmp_path, submitted):
    source = zipped(tmp_path / "class.zip", {f"Żółć/{FILE}": "flagged", f"caf\u00e9/{FILE}": "1"})
    data = source.read_bytes()
    # As a zip program without UTF-8 writes it: no flag, and é is the byte 0x82.
    plain = data.replace("café/".encode(), b"caf\x82_/").replace(b"caf\x82_/", b"caf\x82z/")
    for place in (i for i in range(len(plain)) if plain.startswith(b"caf\x82z/", i)):
        start = plain.rfind(b"PK", 0, place)
        at = start + (6 if plain[start + 2 : start + 4] == b"\3\4" else 8)
        plain = plain[: at + 1] + bytes([plain[at + 1] & ~8]) + plain[at + 2 :]
    # And one that writes UTF-8 without saying so.
    for place in (i for i in range(len(plain)) if plain.startswith("Żółć/".encode(), i)):
        start = plain.rfind(b"PK", 0, place)
        at = start + (6 if plain[start + 2 : start + 4] == b"\3\4" else 8)
        plain = plain[: at + 1] + bytes([plain[at + 1] & ~8]) + plain[at + 2 :]
    source.write_bytes(plain)
    assert set(take(source, "plain", submitted).students) == {"Żółć", "caf\u00e9z"}


# --- the hostile corpus


@pytest.mark.parametrize(
    "fixture",
    [f for f in CORPUS if f.number in (25, 26, 39, 46) and not f.students],
    ids=lambda f: f.name,
)
def test_the_grader_gets_of_a_hostile_hand_in_what_lay_in_the_folder(tmp_path, submitted, fixture):
    hostile.write(fixture, tmp_path / "download" / "student")
    expected = read_submission("student", tmp_path / "download" / "student", NAME)
    take(tmp_path / "download", "plain", submitted)
    found = read_submission("student", submitted / "student" / NAME, NAME)
    assert found.data == expected.data
    assert bool(found.unreadable) == bool(expected.unreadable)
    for path in (submitted / "student" / NAME).rglob("*"):
        assert not path.is_symlink() and (path.is_dir() or path.is_file())


@pytest.mark.parametrize("fixture", [f for f in CORPUS if f.archive], ids=lambda f: f.name)
def test_an_archive_that_climbs_is_opened_in_its_place(tmp_path, submitted, fixture):
    suffix = "zip" if fixture.name.startswith("25c") else "tar.gz"
    source = zipped(tmp_path / "class.zip", {f"doe_1_2_work.{suffix}": fixture.archive()})
    done = take(source, "canvas", submitted)
    assert (submitted / "1" / NAME / FILE).read_bytes() == hostile.HandIn().to_bytes()
    assert len(done.lines) >= 5
    assert not list(tmp_path.rglob("climbed*")) and not list(Path("/tmp").glob("climbed-next*"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_every_name_of_a_student_is_kept_exactly_or_refused_in_a_line(tmp_path, submitted, form):
    fixture = next(f for f in CORPUS if f.name == "50a_student_names")
    names = [name for name in fixture.students if form == "folder" or name.isprintable()]
    if form == "folder":
        for name in names:
            (tmp_path / "class" / name).mkdir(parents=True)
            (tmp_path / "class" / name / FILE).write_text(name, errors="surrogateescape")
        source = tmp_path / "class"
    else:
        source = zipped(tmp_path / "class.zip", {f"{name}/{FILE}": name for name in names})
    done = take(source, "plain", submitted)
    there = {path.name for path in submitted.iterdir() if path.is_dir()}
    kept = {name for name in names if name not in fixture.refused | fixture.either}
    assert {unicodedata.normalize("NFC", name) for name in kept} <= there
    assert there <= {unicodedata.normalize("NFC", n) for n in names if n not in fixture.refused}
    for student in there:
        content = (submitted / student / NAME / FILE).read_text("utf-8")
        assert unicodedata.normalize("NFC", content) == student
    lost = len(names) - len(there) - sum(name == "__MACOSX" for name in names)
    assert len(done.lines) == lost and all(line.isprintable() for line in done.lines)
    assert set(hand_ins(submitted, NAME)[0]) == there


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one such folder, not two")
@pytest.mark.parametrize(
    "pair", [("jos\u00e9", "jose\u0301"), ("anna", "Anna"), ("Straße", "STRASSE")]
)
def test_of_two_names_that_are_one_somewhere_one_is_refused_and_they_never_mix(
    tmp_path, submitted, pair
):
    for number, name in enumerate(pair):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / f"only-{number}.ipynb").write_text(name)
    for _ in range(2):
        done = take(tmp_path / "class", "plain", submitted)
        assert len(done.lines) == 1 and len(done.students) == 1
        [folder] = [path / NAME for path in submitted.iterdir() if path.is_dir()]
        assert sum(path.suffix == ".ipynb" for path in folder.iterdir()) == 1


# --- again and again


def test_a_newer_hand_in_replaces_the_older_which_is_kept(tmp_path, submitted):
    first = zipped(tmp_path / "1.zip", {f"a_1_10_{FILE}": "one", f"b_2_11_{FILE}": "same"})
    second = zipped(tmp_path / "2.zip", {f"a_1_12_{FILE}": "two", f"b_2_11_{FILE}": "same"})
    take(first, "canvas", submitted)
    done = take(second, "canvas", submitted)
    assert done.students == {"1": "newer", "2": "as before"}
    assert done.lines == [
        f"1: a newer hand-in; the one before is kept as {submitted / '1' / NAME}.older-1"
    ]
    assert tree(submitted) == {
        f"1/{NAME}/{FILE}": b"two",
        f"1/{NAME}.older-1/{FILE}": b"one",
        f"2/{NAME}/{FILE}": b"same",
    }
    assert set(hand_ins(submitted, NAME)[0]) == {"1", "2"}


def test_an_older_download_does_not_undo_a_newer_one(tmp_path, submitted):
    for name, text, day in (("new", "two", 2), ("old", "one", 1)):
        path = tmp_path / name / "anna" / FILE
        path.parent.mkdir(parents=True)
        path.write_text(text)
        os.utime(path, (1_700_000_000 + day * 86_400,) * 2)
    assert take(tmp_path / "new", "plain", submitted).students == {"anna": "new"}
    for _ in range(2):
        assert take(tmp_path / "old", "plain", submitted).students == {"anna": "older"}
    found = tree(submitted)
    assert found[f"anna/{NAME}/{FILE}"] == b"two"
    assert found[f"anna/{NAME}.older-1/{FILE}"] == b"one"
    assert f"anna/{NAME}.older-2/{FILE}" not in found


def test_a_run_that_is_interrupted_leaves_no_half_hand_in(tmp_path, submitted, monkeypatch):
    files = {f"{n}_{n}_{n}0_{FILE}": str(n) for n in range(1, 4)}
    source = zipped(tmp_path / "class.zip", files)
    write, calls = collector._write, []

    def stop(*arguments):
        write(*arguments)
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(collector, "_write", stop)
    with pytest.raises(KeyboardInterrupt):
        take(source, "canvas", submitted)
    assert tree(submitted) == {f"1/{NAME}/{FILE}": b"1"}
    monkeypatch.setattr(collector, "_write", write)
    assert take(source, "canvas", submitted).summary == "3 hand-ins: 2 new, 1 as before"


def test_links_in_the_way_are_not_followed(tmp_path, submitted):
    outside = tmp_path / "outside"
    outside.mkdir()
    (submitted / "2").mkdir(parents=True)
    (submitted / "1").symlink_to(outside)
    (submitted / "2" / NAME).symlink_to(outside)
    source = zipped(tmp_path / "c.zip", {f"a_1_10_{FILE}": "one", f"b_2_11_{FILE}": "two"})
    done = take(source, "canvas", submitted)
    assert not list(outside.iterdir())
    assert any("symbolic link" in line for line in done.lines)
    assert (submitted / "2" / NAME / FILE).read_text() == "two"


def test_the_submissions_themselves_are_no_download(submitted):
    submitted.mkdir()
    with pytest.raises(Refusal, match="name what you downloaded"):
        take(submitted, "plain", submitted)


# --- who


def write_csv(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def test_canvas_gradebook_as_roster(tmp_path, submitted):
    book = write_csv(
        tmp_path / "grades.csv",
        "Student,ID,SIS User ID,SIS Login ID,Section,The inference pipeline (777),Final Score",
        ",,,,,Manual Posting,",
        "    Points Possible,,,,,25,(read only)",
        '"Smith, Anna",101,S1,anna,A,,',
        '"Brown, Bob",103,S3,bob,A,,',
        encoding="utf-8-sig",
    )
    source = zipped(
        tmp_path / "c.zip", {f"smithanna_101_1_{FILE}": "a", f"stranger_999_2_{FILE}": "s"}
    )
    done = take(source, "canvas", submitted, book)
    assert set(done.students) == {"101", "999"}  # reported, not lost
    assert done.lines[0].startswith("999: is not in the roster")
    assert done.lines[1] == "no hand-in of 1 of 2: 103"
    kept = read_kept(submitted)[NAME]
    assert kept["students"]["101"]["SIS User ID"] == "S1" and set(kept["students"]) == {"101", "103", "999"}  # fmt: skip


def test_moodle_worksheet_gives_one_folder_for_the_whole_course(tmp_path, submitted):
    def sheet(first):
        return write_csv(
            tmp_path / f"{first}.csv",
            "Identifier,Full name,Email address,Status,Grade,Last modified (submission)",
            f'Participant {first},Anna Żółć,anna@example.org,,,"Wednesday, 2 December 2026, 1:00 PM"',
            f"Participant {first + 1},Bob O'Brien,bob@example.org,,,-",
        )

    for first in (201, 301):  # Moodle numbers participants anew
        source = zipped(
            tmp_path / "m.zip", {f"Anna Żółć_{first}_assignsubmission_file_/{FILE}": str(first)}
        )
        take(source, "moodle", submitted, sheet(first))
    assert (submitted / "anna@example.org" / NAME / FILE).read_text() == "301"
    assert (
        read_kept(submitted)[NAME]["students"]["anna@example.org"]["Identifier"]
        == "Participant 301"
    )


def test_moodle_participants_are_found_by_name_unless_two_have_it(tmp_path, submitted):
    people = write_csv(
        tmp_path / "participants.csv",
        "First name;Last name;ID number;Email address",
        "Bob;O'Brien;7;bob@example.org",
        "Anna;Nowak;8;anna@example.org",
        "Anna;Nowak;9;nowak@example.org",
        encoding="cp1252",
    )
    source = zipped(
        tmp_path / "m.zip",
        {
            f"Bob OBrien_201_assignsubmission_file_/{FILE}": "bob",
            f"Anna Nowak_202_assignsubmission_file_/{FILE}": "which",
        },
    )
    done = take(source, "moodle", submitted, people)
    assert set(done.students) == {"7", "participant-202"}
    assert done.lines[0].startswith("participant-202: is not in the roster, or not as the only one")


def test_no_number_is_taken_for_one_of_another_kind(tmp_path, submitted):
    """A hand-in under the wrong name would be somebody else's mark."""
    people = write_csv(
        tmp_path / "people.csv", "Identifier,Full name,ID number", "Participant 201,Anna A,202"
    )
    source = zipped(
        tmp_path / "m.zip",
        {
            f"Anna A_202_assignsubmission_file_/{FILE}": "of another Anna A",
            f"Anna A_201_assignsubmission_file_/{FILE}": "hers",
        },
    )
    take(source, "moodle", submitted, people)
    assert (submitted / "202" / NAME / FILE).read_text() == "hers"
    assert (submitted / "participant-202" / NAME / FILE).read_text() == "of another Anna A"
    book = write_csv(
        tmp_path / "book.csv", "Student,ID,SIS User ID,Section", '"Smith, Anna",101,102,A'
    )
    source = zipped(tmp_path / "c.zip", {f"smithanna_102_1_{FILE}": "of another Anna Smith"})
    done = take(source, "canvas", tmp_path / "canvas", book)
    assert set(done.students) == {"102"} and done.lines[0].startswith("102: is not in the roster")


def test_a_damaged_download_takes_no_hand_in_away(tmp_path, submitted):
    good = zipped(tmp_path / "good.zip", {f"a_1_10_{FILE}": "one"})
    take(good, "canvas", submitted)
    data = bytearray(good.read_bytes())
    data[data.index(b"one")] ^= 1
    (tmp_path / "bad.zip").write_bytes(data)
    done = take(tmp_path / "bad.zip", "canvas", submitted)
    assert done.students == {"1": "as before"} and len(done.lines) == 2
    assert tree(submitted) == {f"1/{NAME}/{FILE}": b"one"}


def test_any_csv_with_a_header_is_a_roster_for_plain(tmp_path, submitted):
    people = write_csv(tmp_path / "p.csv", "name,student id,mail", "Anna Nowak,17,a@example.org")
    source = zipped(tmp_path / "c.zip", {f"Anna Nowak/{FILE}": "x"})
    assert set(take(source, "plain", submitted, people).students) == {"17"}


@pytest.mark.parametrize(
    ("text", "lms", "said"),
    [
        ("", "plain", "has no header"),
        ("a,b\n1,2\n", "canvas", "no columns Student and ID"),
        ("id,name\n1,a\n1,b\n", "plain", "no column that tells all students apart"),
        ("id\n../up\n", "plain", "no column that tells all students apart"),
        ('Student,ID\n"open,1\n' + "x" * 200_000, "canvas", "is no CSV file"),
    ],
)
def test_what_is_no_roster_is_refused(tmp_path, text, lms, said):
    path = tmp_path / "roster.csv"
    path.write_text(text)
    with pytest.raises(BadRoster, match=said):
        read_roster(path, lms)


def test_roster_json_is_no_students_business(tmp_path, submitted):
    roster.keep(tmp_path, NAME, "plain", [], {"=1+1": {"Student": "=1+1"}})
    roster.keep(tmp_path, "02_model_swapping", "plain", [], {"b": {}})
    kept = read_kept(tmp_path)
    assert set(kept) == {NAME, "02_model_swapping"} and "=1+1" in kept[NAME]["students"]
    (tmp_path / roster.FILE).write_text("{")
    assert read_kept(tmp_path) == {}


# --- when


def test_lateness_of_canvas_is_a_second_but_for_an_extension(tmp_path, submitted):
    source = zipped(
        tmp_path / "c.zip",
        {
            f"intime_101_1_{FILE}": "1",
            f"late_LATE_102_2_{FILE}": "2",
            f"extended_LATE_104_4_{FILE}": "4",
        },
    )
    done = take(source, "canvas", submitted, notebook=NOTEBOOK)
    times = {s: handed_in(submitted / s / NAME) for s in ("101", "102", "104")}
    second_after = (DUE + timedelta(seconds=1)).replace(tzinfo=None)
    assert times == {"101": None, "102": second_after, "104": None}
    assert [line[:9] for line in done.lines] == ["102: late", "104: late"]


def test_times_of_plain_files_and_of_the_worksheet(tmp_path, submitted, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Warsaw")
    time.tzset()
    try:
        path = tmp_path / "class" / "anna" / FILE
        path.parent.mkdir(parents=True)
        path.write_text("x")
        late = DUE + timedelta(hours=2, minutes=3)
        os.utime(path, (late.timestamp(),) * 2)
        done = take(tmp_path / "class", "plain", submitted, notebook=NOTEBOOK)
        assert done.lines[0] == "anna: 2 h 3 min late"
        assert handed_in(submitted / "anna" / NAME) == late.replace(tzinfo=None)
        sheet = write_csv(
            tmp_path / "s.csv",
            "Identifier,Full name,Last modified (submission)",
            'Participant 201,Anna,"Wednesday, 2 December 2026, 1:00 PM"',
        )
        source = zipped(tmp_path / "m.zip", {f"Anna_201_assignsubmission_file_/{FILE}": "x"})
        take(source, "moodle", tmp_path / "m", sheet)
        assert handed_in(tmp_path / "m" / "participant-201" / NAME) == datetime(2026, 12, 2, 12, 0)
    finally:
        monkeypatch.undo()
        time.tzset()
