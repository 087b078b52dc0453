"""From a download to `submitted/<student>/<notebook>/`: what an LMS packed, unpacked safely, under the LMS's own ids."""

import contextlib
import hashlib
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dateutil.parser
from filelock import FileLock, Timeout

from autograde import roster as rosters
from autograde.archive import (
    JUNK,
    MAX_UNPACKED,
    LeftOut,
    Listed,
    Member,
    Unusable,
    is_archive,
    opened,
    packed,
)
from autograde.names import (
    LONGEST,
    folded,
    normalized,
    printable,
    why_no_file,
    why_no_student,
)
from autograde.roster import Roster
from autograde.syllabus import Notebook

TIMESTAMP = "timestamp.txt"  # where nbgrader's own collector writes when a hand-in came
STAGING = ".collecting"

# Canvas packs lastnamefirstname_[LATE_]userid_fileid_filename, without a name where marking is anonymous;
# texts and links that were typed in are no file.
CANVAS = re.compile(
    r"(?:(?P<late_anon>LATE_)?(?P<anon>anon_(?=\d*[A-Za-z])[A-Za-z0-9]+)"
    r"|(?P<name>.*?)_(?P<late>LATE_)?(?P<id>\d+))"
    r"_(?:(?P<upload>\d+)_(?P<file>.+)|(?P<text>(?:text|link)\.html))"
)
# Moodle packs `Full Name_participant_assignsubmission_file_/filename`, or the same without a folder.
MOODLE = re.compile(
    r"(?P<name>.*)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL
)
# What browsers and Canvas add to the name of a file that is uploaded again.
COPY = r"(?:-(\d{1,9})| ?\((\d{1,9})\))?"


class Refusal(ValueError):
    """Nothing can be collected. The message says why."""


Place = tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """What the name of a member says. upload: counts uploads, where an LMS does."""

    id: str
    name: str
    path: Place  # within the hand-in
    late: bool = False
    upload: int = 0


@dataclass
class HandIn:
    """What one student handed in, as far as the names in a download say. id: the LMS's."""

    id: str
    name: str
    late: bool = False
    files: list[tuple[Named, Member]] = field(default_factory=list)


@dataclass(frozen=True)
class File:
    data: bytes
    modified: datetime | None = None
    upload: int = 0


Files = dict[Place, File]


@dataclass
class Collected:
    """students: student -> "new", "as before", "newer" or "older". lines: what an instructor has to know."""

    students: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        counts = Counter(self.students.values())
        parts = [f"{counts[kind]} {kind}" for kind in ("new", "as before", "newer", "older")]
        noun = "hand-in" if len(self.students) == 1 else "hand-ins"
        return f"{len(self.students)} {noun}: " + ", ".join(
            part for part in parts if not part.startswith("0 ")
        )


def collect(
    source: Path,
    name: str,
    lms: str,
    submissions: Path,
    roster: Path | None = None,
    notebook: Notebook | None = None,
    on_student: Callable[[str], None] = lambda student: None,
) -> Collected:
    """Unpack `source`, a zip or a folder, into `submissions/<student>/<name>/`; add the ids to roster.json there.

    lms: "canvas", "moodle" or "plain". roster: a CSV file. notebook: whose deadlines lateness is told by.
    on_student(student) is called for each. Raises Refusal, and BadRoster.
    """
    if source.resolve() == submissions.resolve():
        raise Refusal(f"{source} is where the hand-ins go: name what you downloaded")
    known = rosters.read_roster(roster, lms) if roster else None
    submissions.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(submissions / ".collecting.lock", timeout=0):
            with opened(source) as members:
                return _Run(name, lms, submissions, known, notebook).collect(
                    members, source, on_student
                )
    except Timeout:
        raise Refusal(f"another collect is writing to {submissions}") from None
    except Unusable as error:
        raise Refusal(f"{source} cannot be opened: {error}") from None
    except OSError as error:
        raise Refusal(str(error)) from None


class _Run:
    def __init__(
        self,
        name: str,
        lms: str,
        submissions: Path,
        roster: Roster | None,
        notebook: Notebook | None,
    ):
        self.name, self.lms, self.roster, self.notebook = name, lms, roster, notebook
        self.submissions = submissions
        self.staging = submissions / STAGING
        self.done = Collected()
        self.taken = {folded(p.name): p.name for p in submissions.iterdir() if p.is_dir()}

    def collect(
        self, members: Listed, source: Path, on_student: Callable[[str], None]
    ) -> Collected:
        hand_ins = self._by_student(members, source.stem)
        if not hand_ins:
            raise Refusal(f"{source} holds no hand-in of the form that {_FORMS[self.lms]}")
        found: dict[str, dict[str, str]] = {}
        for hand_in in hand_ins:
            student, record = self._student(hand_in)
            if why := self._why_refused(student, found):
                self._say(hand_in.id, f"is left out: {why}")
                continue
            found[student] = record
            try:
                self.done.students[student] = self._place(hand_in, student, record)
            except OSError as error:
                self._say(student, f"cannot be written: {error.strerror}")
            finally:
                shutil.rmtree(self.staging, ignore_errors=True)
            on_student(student)
        self._tell_of_absent(set(found))
        columns = self.roster.columns if self.roster else []
        everybody = (self.roster.students if self.roster else {}) | found
        rosters.keep(self.submissions, self.name, self.lms, columns, everybody)
        return self.done

    def _say(self, who: str, what: str) -> None:
        self.done.lines.append(f"{printable(who)[:LONGEST]}: {what}")

    # --- whose is what

    def _by_student(self, members: Listed, stem: str) -> list[HandIn]:
        listed = list(members)
        self.done.lines += [str(member) for member in listed if isinstance(member, LeftOut)]
        # By the name as written: two names that are one in NFC are two hand-ins, and never mixed.
        hand_ins: dict[str, HandIn] = {}
        for parts, member in _without_wrapper(listed, self.lms, stem):
            named = _READERS[self.lms](parts, member)
            if isinstance(member, LeftOut):  # whoever handed it in has still handed something in
                if named and not why_no_file(parts[0]):
                    hand_ins.setdefault(named.id, HandIn(normalized(named.id), named.name))
                continue
            if named is None:
                if not member.folder:
                    reason = f"this is no name that {_FORMS[self.lms]}"
                    self.done.lines.append(str(LeftOut("/".join(parts), reason)))
                continue
            if self.lms == "plain" and len(parts) == 1 and _is_notebook(parts):  # student.ipynb
                named = replace(named, path=(f"{self.name}.ipynb",))
            hand_in = hand_ins.setdefault(named.id, HandIn(normalized(named.id), named.name))
            hand_in.late |= named.late
            if named.path and not member.folder:
                hand_in.files.append((named, member))
        for hand_in in hand_ins.values():
            hand_in.files.sort(key=lambda file: file[0].upload)
        return list(hand_ins.values())

    def _student(self, hand_in: HandIn) -> tuple[str, dict[str, str]]:
        """The folder's name, and what the LMS's import has to know of the student."""
        # Moodle's number of a participant must not be taken for a student's number in a roster.
        own = f"participant-{hand_in.id}" if self.lms == "moodle" else hand_in.id
        if self.roster:
            student = self.roster.find(hand_in.id, hand_in.name)
            if student is not None:
                old = self.submissions / own / self.name
                if student != own and old.is_dir():
                    self._say(student, f"{old} is theirs too, from before the roster: remove it")
                return student, self.roster.students[student]
            self._say(own, "is not in the roster, or not as the only one of the name")
        return own, {
            "canvas": {"Student": hand_in.name, "ID": hand_in.id},
            "moodle": {"Identifier": f"Participant {hand_in.id}", "Full name": hand_in.name},
            "plain": {},
        }[self.lms]

    def _why_refused(self, student: str, found: dict[str, dict[str, str]]) -> str:
        if student in found:
            return "another hand-in of the download is the same student's"
        if student.startswith("."):
            return "a folder of this name is hidden"
        if len(student) > LONGEST:
            return f"the name has more than {LONGEST} characters"
        if why := why_no_student(student) or why_no_file(student):
            return why
        other = self.taken.setdefault(folded(student), student)
        if normalized(other) != student:
            return f"some systems take the name for that of another student, {printable(other)}"
        if (self.submissions / other).is_symlink():
            return f"{self.submissions / other} is a symbolic link"
        return ""

    def _tell_of_absent(self, found: set[str]) -> None:
        if self.roster:
            absent = sorted(set(self.roster.students) - found)
            if absent:
                some = ", ".join(map(printable, absent[:10])) + (", …" if len(absent) > 10 else "")
                total = len(self.roster.students)
                self.done.lines.append(f"no hand-in of {len(absent)} of {total}: {some}")
        for student in sorted(set(self.notebook.extensions if self.notebook else ()) - found):
            self._say(student, "has an extension in course.toml and no hand-in in this download")

    # --- one student

    def _place(self, hand_in: HandIn, student: str, record: dict[str, str]) -> str:
        """Put a hand-in in its place, whole or not at all: it is written beside and renamed."""
        files, before = self._contents(hand_in, student)
        when = self._handed_in(hand_in, student, record, files)
        staged = self.staging / self.name
        shutil.rmtree(self.staging, ignore_errors=True)
        _write(files, staged)
        if when:
            (staged / TIMESTAMP).write_text(_stamp(when), encoding="ascii")
        target = self.submissions / self.taken[folded(student)] / self.name
        target.parent.mkdir(exist_ok=True)
        for number, older in enumerate(before):
            _write(older, self.staging / f"older-{number}")
            _keep(self.staging / f"older-{number}", target)
        if not target.exists() and not target.is_symlink():
            staged.rename(target)
            return "new"
        if not files:  # perhaps the download is damaged
            self._say(student, "nothing of this hand-in could be taken; what is there stays")
            return "as before"
        was = _timestamp(target)
        if _contents_of(target) == _contents_of(staged):
            if when and was != when:
                os.replace(staged / TIMESTAMP, target / TIMESTAMP)
            return "as before"
        if when and was and when < was:
            kept = _keep(staged, target)
            self._say(student, f"older than the hand-in that is there; kept as {kept}")
            return "older"
        kept = _keep(target, target)
        staged.rename(target)
        self._say(student, f"a newer hand-in; the one before is kept as {kept}")
        return "newer"

    def _contents(self, hand_in: HandIn, student: str) -> tuple[Files, list[Files]]:
        """The files that count, and those of the same notebook that were handed in before."""
        files = self._read(hand_in.files, student)
        if not any(map(_is_notebook, files)):
            for path in [path for path in files if is_archive(path[-1])]:
                try:
                    with packed(files[path].data) as members:
                        inside = self._read(self._inside(members, student), student)
                    files = _unwrapped(inside, self.name) | files
                except Unusable as error:
                    self._say(student, f"{printable('/'.join(path))} is not opened: {error}")
        files = _unwrapped(files, self.name)
        for path in [path for path in files if tuple(map(folded, path)) == (TIMESTAMP,)]:
            del files[path]
            self._say(student, f"{TIMESTAMP} is left out: the grader's own file has this name")
        return _newest(files, self.name)

    def _inside(self, members: Listed, student: str) -> Iterator[tuple[Named, Member]]:
        """The notebooks in an archive that a student made; all else stays in it, where it harms nobody."""
        for member in members:
            if isinstance(member, LeftOut):
                self._say(student, str(member))
            elif not member.folder and _is_notebook(member.parts):
                yield Named(student, "", member.parts), member

    def _read(self, members: Iterable[tuple[Named, Member]], student: str) -> Files:
        files: Files = {}
        taken: set[str] = set()  # of files
        above: set[str] = set()  # of the folders that they lie in
        size = 0
        for named, member in members:
            path = _renamed(tuple(map(normalized, named.path)), named, files)
            place = folded("/".join(path))
            folders = {folded("/".join(path[:depth])) for depth in range(1, len(path))}
            if place in taken | above or folders & taken:
                self._say(student, str(LeftOut("/".join(path), "another file has this name")))
                continue
            try:
                data = member.read()
            except Unusable as error:
                self._say(student, str(LeftOut("/".join(path), str(error))))
                continue
            size += len(data)
            if size > MAX_UNPACKED:
                self._say(student, f"what is above {MAX_UNPACKED >> 20} MB in all is left out")
                break
            taken.add(place)
            above |= folders
            # An LMS packs with the time of the download.
            modified = member.modified if self.lms == "plain" else None
            files[path] = File(data, modified, named.upload)
        return files

    # --- when

    def _handed_in(
        self, hand_in: HandIn, student: str, record: dict[str, str], files: Files
    ) -> datetime | None:
        """When the hand-in came, as far as the download says: its own times are when the LMS packed it."""
        when = None
        if self.lms == "plain":
            dated = [(_is_notebook(p), f.modified) for p, f in files.items() if f.modified]
            when = max(dated, default=(False, None))[1]
        elif self.lms == "moodle":
            when = _moodle_time(record.get("Last modified (submission)", ""))
        due = self.notebook.deadline(student) if self.notebook else None
        if hand_in.late and self.notebook:
            when = self._late_in_canvas(student, self.notebook)
        elif due and when and when > due:
            self._say(student, f"{_span(when - due)} late")
        return when and when.replace(microsecond=0)

    def _late_in_canvas(self, student: str, notebook: Notebook) -> datetime | None:
        if notebook.due is None:
            self._say(student, "late, says Canvas; course.toml has no deadline, so nothing follows")
        elif student in notebook.extensions:
            self._say(
                student,
                f"late, says Canvas, and has an extension in course.toml: taken as in time; if not, write the time into {TIMESTAMP}",
            )
        else:
            self._say(
                student,
                f"late, says Canvas, which does not say how much: {TIMESTAMP} has a second after the deadline",
            )
            return notebook.due.astimezone(UTC) + timedelta(seconds=1)
        return None


# --- the names that an LMS gives


def _of_canvas(parts: Place, member: Member | LeftOut) -> Named | None:
    match = CANVAS.fullmatch(parts[0])
    if not match or len(parts) > 1 or member.folder:
        return None
    return Named(
        match["id"] or match["anon"],
        match["name"] or "",
        (match["file"] or match["text"],),
        bool(match["late"] or match["late_anon"]),
        int(match["upload"] or 0),
    )


def _of_moodle(parts: Place, member: Member | LeftOut) -> Named | None:
    match = MOODLE.fullmatch(parts[0])
    if not match:
        return None
    return Named(
        match["id"], match["name"], parts[1:] or ((match["file"],) if match["file"] else ())
    )


def _of_plain(parts: Place, member: Member | LeftOut) -> Named | None:
    if len(parts) > 1 or member.folder:
        return Named(parts[0], parts[0], parts[1:])
    stem = re.sub(r"\.(ipynb|py|zip|tar|tar\.gz|tgz)$", "", parts[0], flags=re.IGNORECASE)
    return Named(stem, stem, parts) if stem != parts[0] else None


_READERS = {"canvas": _of_canvas, "moodle": _of_moodle, "plain": _of_plain}
_FORMS = {
    "canvas": "Canvas gives (lastnamefirstname_userid_fileid_filename)",
    "moodle": "Moodle gives (Full Name_participant_assignsubmission_file)",
    "plain": "--lms plain takes (a folder for each student, or student.ipynb)",
}


def _without_wrapper(
    members: list[Member | LeftOut], lms: str, stem: str
) -> Iterator[tuple[Place, Member | LeftOut]]:
    """The members' paths without the one folder in which all may lie."""
    good = [member for member in members if isinstance(member, Member)]
    tops = {member.parts[0] for member in good}
    wrapped = len(tops) == 1 and all(m.folder or len(m.parts) > 1 for m in good)
    if lms == "plain":  # else a class of one student would lose its name
        wrapped &= tops == {stem} and all(m.folder or len(m.parts) > 2 for m in good)
    else:
        wrapped &= not any(_READERS[lms](m.parts, m) for m in good)
    for member in members:
        parts = member.parts[1:] if wrapped and member.parts[0] in tops else member.parts
        if parts:
            yield parts, member


# --- what counts in a hand-in


def _is_notebook(path: Place) -> bool:
    return path[-1].lower().endswith(".ipynb")


def _renamed(path: Place, named: Named, files: Files) -> Place:
    """As Canvas renames the second of two uploads of one name, where it has not done it itself."""
    number, (stem, dot, suffix) = 0, path[-1].rpartition(".")
    while named.upload and path in files:
        number += 1
        path = (*path[:-1], f"{stem}-{number}{dot}{suffix}")
    return path


def _unwrapped(files: Files, name: str) -> Files:
    """Out of the folders in which all lies; of several folders, the one with the notebook's name."""
    if any(path[0] == name and len(path) > 1 for path in files):
        files = {path[1:]: f for path, f in files.items() if path[0] == name and len(path) > 1}
    while files and len({path[0] for path in files}) == 1 and all(len(path) > 1 for path in files):
        files = {path[1:]: f for path, f in files.items()}
    return files


def _newest(files: Files, name: str) -> tuple[Files, list[Files]]:
    """Of the uploads of one notebook, `name.ipynb` and `name-1.ipynb`, the newest, and under its own name."""
    copies = {}
    for path in files:
        match = (
            re.fullmatch(re.escape(name) + COPY + r"\.ipynb", path[0]) if path[1:] == () else None
        )
        if match:
            copies[path] = int(next(filter(None, match.groups()), 0))

    def age(path: Place) -> tuple:
        modified = files[path].modified or datetime.min.replace(tzinfo=UTC)
        return modified, files[path].upload, copies[path]

    if not copies:
        return files, []
    *before, newest = sorted(copies, key=age)
    own = (f"{name}.ipynb",)
    rest = {path: file for path, file in files.items() if path not in copies}
    return rest | {own: files[newest]}, [{own: files[path]} for path in before]


# --- on disk


def _write(files: Files, folder: Path) -> None:
    folder.mkdir(parents=True)
    for path, file in files.items():
        place = folder.joinpath(*path)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as opened_file:
            opened_file.write(file.data)
        if file.modified:  # of two notebooks the grader takes the newer
            with contextlib.suppress(OSError, OverflowError):
                os.utime(place, (file.modified.timestamp(),) * 2)


def _keep(folder: Path, target: Path) -> Path:
    """Move a hand-in that does not count to where no grader looks, next to `target`; once is enough."""
    contents, number = _contents_of(folder), 1
    while (kept := target.with_name(f"{target.name}.older-{number}")).exists():
        if contents is not None and _contents_of(kept) == contents:
            shutil.rmtree(folder)
            return kept
        number += 1
    folder.rename(kept)
    return kept


def _contents_of(folder: Path) -> dict[str, str] | None:
    """Path -> digest of every file but the timestamp; None where something else is in there."""
    if folder.is_symlink() or not folder.is_dir():
        return None
    found = {}
    for path in folder.rglob("*"):
        place = path.relative_to(folder)
        if JUNK & set(place.parts) or place.as_posix() == TIMESTAMP:
            continue
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            return None
        if path.is_file():
            found[place.as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _stamp(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC\n"


def _timestamp(folder: Path) -> datetime | None:
    """The time in a hand-in's timestamp.txt, to the second."""
    try:
        text = (folder / TIMESTAMP).read_text("ascii").strip().removesuffix(" UTC")
        return datetime.fromisoformat(text).replace(tzinfo=UTC, microsecond=0)
    except (OSError, ValueError):
        return None


def _moodle_time(text: str) -> datetime | None:
    """A time as the grading worksheet shows it, without its zone: this machine's is taken."""
    try:
        return dateutil.parser.parse(text, dayfirst=True).astimezone(UTC)
    except (ValueError, OverflowError):  # "-", where nothing was handed in
        return None


def _span(late: timedelta) -> str:
    hours, minutes = divmod(int(late.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"
