"""Who handed in which record, by the names of the files.

A learning system knows who handed in a file and says so in its name; the rest of the name the
learner typed. What the system says goes first, what was typed second. A record that was handed in
by several people counts for nobody until the instructor decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from codeedu.codes.wording import listing, shorten
from codeedu.questions.decisions import OWNER, decisions
from codeedu.teach.gradebook.roster import Roster

SAME = 0.5  # of the answers of the shorter file; then two files are one record
LONGEST = 80  # characters of a name

_OWN_NAME = re.compile(r"[_ -]*codeedu-progress(?:[ _-]*\(?\d*\)?)$", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:jsonl?|ndjson|txt)$", re.IGNORECASE)
# What browsers, Windows, macOS, Linux, Google Drive and Dropbox add to the name of a copy. Only
# what nobody's name has: "ada-1", "ada 2" and "Ada Copy" may be names.
_COPY = re.compile(
    r"^(?:[Cc]opy (?:\(\d+\) )?of )+"
    r"|(?: ?\(\d+\)| ?\([^()]*\b[Cc]opy\b[^()]*\)|(?: - Copy|[ _-]+copy)(?:[ _-]?\d+)?)+$"
)
_PERHAPS_COPY = re.compile(r"(?:[ _-]+(?:copy|\d+))+$", re.IGNORECASE)
# What learning systems make of the name of a file: docs/gradebook.md has the sources. Moodle and
# Brightspace may put it into the name of a folder instead.
_PACKED = {
    "canvas": re.compile(
        r"(?:(?P<name>[^\W_A-Z]+)(?:_LATE)?_(?P<number>\d+)_\d{3,}"
        r"|(?:LATE_)?(?P<anonymous>anon_[^\W_]+)_\d+)(?:_(?P<typed>.*))?"
    ),
    "moodle": re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_file_?(?P<typed>.*)"),
    "blackboard": re.compile(r"[^_]+_(?P<name>.+)_attempt_\d{4}(?:-\d\d){5}(?:_(?P<typed>.*))?"),
    "brightspace": re.compile(
        r"(?P<number>\d+)-\d+ ?- (?P<name>.+?) ?- .*\d [AP]M(?: ?- (?P<typed>.*))?"
    ),
}
_NO_NAME = "Participant"  # what Moodle calls everybody whose work is marked without names

FileProblem = tuple[str, str]  # a file, and what is wrong with it


class Who(NamedTuple):
    """Who handed in a file, by its name.

    `system` names the learning system that the name is of, or is "". It knows the learner by `name`
    and `number`, of which one may be empty. `login` is what the learner typed, if anything.
    """

    system: str
    name: str
    number: str
    login: str


# What tells a person from others: "roster" and a row, a system and a number or a name there, or ""
# and a login.
Person = tuple[str, str]


class Learner(NamedTuple):
    """A learner of the gradebook: how many files there are, and by what names they go."""

    files: int = 0
    canvas_id: str = ""
    moodle_name: str = ""
    login: str = ""

    def names(self, shown: str) -> list[str]:
        """Return all names by which a row of a sheet may call this learner, `shown` among them."""
        return [name for name in (shown, *self[1:]) if name]


class RecordFile(NamedTuple):
    """A file, the names of all its exact copies, and what is in it.

    The answers are keyed by identity: the same answer has the same key anywhere.
    """

    names: list[str]
    answers: dict[int, Any]
    problems: list[str]

    @property
    def name(self) -> str:
        """The name that is likeliest the original's."""
        return min(self.names, key=_as_original)


Record = list[RecordFile]  # the files that are one record, the fullest first


@lru_cache(50_000)
def handed_in_by(file: str) -> Who:
    """Return who handed in a file, by its name and those of its folders.

    What computers add to the name of a copy is left out. A file that is still called as the record
    is has the name of its folder, if no system says whose it is.

    >>> handed_in_by("lopezmaria_LATE_12_345_mlopez.jsonl.txt")
    Who(system='canvas', name='lopezmaria', number='12', login='mlopez')
    >>> handed_in_by("Maria Lopez_12_assignsubmission_file_/codeedu-progress.jsonl")
    Who(system='moodle', name='Maria Lopez', number='12', login='')
    >>> [handed_in_by(f"{name}.jsonl").login for name in ("kim (1)", "Copy of kim", "kim-2")]
    ['kim', 'kim', 'kim-2']
    """
    path = PurePosixPath(file)
    stem = path.name if " " in path.suffix else path.name.removesuffix(path.suffix)
    while (bare := _COPY.sub("", _ENDING.sub("", stem)).strip()) not in ("", stem):
        stem = bare
    for part in (stem, *reversed(path.parent.parts)):
        for system, pattern in _PACKED.items():
            if found := pattern.fullmatch(part):
                named = found.groupdict()
                name = named["name"] or ""
                name = "" if name == _NO_NAME else name
                number = named.get("number") or named.get("anonymous") or ""
                typed = (named["typed"] or "") if part is stem else stem
                return Who(system, shorten(name, LONGEST), number, _typed(typed))
    folder = path.parent.name
    inside_zip = folder.lower().endswith(".zip")
    return Who("", "", "", _typed(stem) or _typed("" if inside_zip else folder) or stem)


def _typed(name: str) -> str:
    return shorten(_OWN_NAME.sub("", name).strip(), LONGEST)


def _as_original(file: str) -> tuple[int, str, int, str]:
    """Return what sorts the names of one record, the likeliest name of its original first."""
    login = handed_in_by(file).login
    return len(login), login, len(file), file


# Which files are one record


def one_record_each(files: list[RecordFile]) -> list[Record]:
    """Group the files that are one record, the fullest first in each group.

    The fullest files come first. Each next file is compared with the groups so far: it joins the
    one that it shares most answers with, if that is at least `SAME` of its own answers, and
    otherwise starts a group. An answer in several groups belongs to the first.
    """
    groups: list[Record] = []
    group_of: dict[int, int] = {}  # by the key of an answer, the place of its group
    for file in sorted(files, key=lambda file: (-len(file.answers), len(file.name), file.name)):
        shared = Counter(group_of[key] for key in file.answers if key in group_of)
        place, times = max(shared.items(), key=lambda pair: pair[1], default=(0, 0))
        if times < SAME * len(file.answers):
            place = len(groups)
            groups.append([])
        groups[place].append(file)
        for key in file.answers:
            group_of.setdefault(key, place)
    return groups


def answers_in(records: list[Record], problems: list[FileProblem]) -> dict[int, Any]:
    """Return the answers of all records of a learner; report where two files differ.

    The attempts of a second record are numbered on from those of the first.
    """
    merged: dict[int, Any] = {}
    for record in records:
        answers = dict(record[0].answers)
        for file in record[1:]:
            for key, answer in file.answers.items():
                if answers.setdefault(key, answer).answer != answer.answer:
                    first = record[0].name
                    differs = f"has another answer to {answer.item} on {answer.day} than {first}."
                    problems.append((file.name, f"{differs} The one in {first} counts."))
        if merged:
            after = 1 + max(answer.attempt for answer in merged.values())
            moved = {k: one._replace(attempt=one.attempt + after) for k, one in answers.items()}
            answers = moved | merged
        merged = answers
    return merged


# Whose they are


def by_learner(
    files: list[RecordFile], roster: Roster | None, problems: list[FileProblem]
) -> dict[str, tuple[Learner, list[Record]]]:
    """Return each learner with the records that count, by the name to show, no two alike.

    The name is that of the roster, else the learning system's, else the login. Students of the
    roster who handed in nothing are there, too.
    """
    people = _People(files, roster)
    own: dict[tuple[Person, int], list[Record]] = {}
    without: set[Person] = set()  # those whose record somebody else handed in, too
    for number, record in enumerate(one_record_each(files)):
        sharing = people.sharing(record)
        owners = [person for person in sharing if len(sharing) == 1 or people.owns(person)]
        if len(owners) == 1:
            theirs = [file for file in record if people.handed_in(owners[0], file)]
            # Two records of one login may be of two learners; a system knows better.
            which = 0 if owners[0][0] else number
            own.setdefault((owners[0], which), []).append(record if len(sharing) == 1 else theirs)
        if len(sharing) == 1:
            problems += people.copies(record)
        else:
            problems += people.dispute(sharing, owners)
            without |= sharing.keys()
    own |= {(person, 0): [] for person in sorted(without - {person for person, _ in own})}
    problems += people.doubts()
    handed_in = {}
    for name, (key, records) in people.named(own, problems).items():
        if records[1:]:  # the oldest first
            records.sort(key=lambda record: min(one.when for one in record[0].answers.values()))
        for record in records[1:]:
            more = f"is another record than {records[0][0].name}; both count for {name}."
            problems.append((record[0].name, more))
        handed_in[name] = people.learner(key, records), records
    for row, student in roster.students.items() if roster and handed_in else ():
        handed_in.setdefault(student.name, (people.learner(_row(row), []), []))
    return dict(sorted(handed_in.items()))


def _row(number: int) -> Person:
    return "roster", str(number)


class _People:
    """The people who handed in files: by the roster, else by the system, else by the login."""

    def __init__(self, files: list[RecordFile], roster: Roster | None) -> None:
        self.roster = roster
        paths = sorted((path for file in files for path in file.names), key=_as_original)
        self.who = {path: handed_in_by(path) for path in paths}
        self.persons = self._by_system()
        for path, who in self.who.items():
            self.persons[path] = self._in_roster(who) or self.persons[path]
        self.paths: dict[Person, list[str]] = {}
        for path, person in self.persons.items():
            self.paths.setdefault(person, []).append(path)

    def _by_system(self) -> dict[str, Person]:
        """Return the people as the systems number or name them.

        Moodle numbers everybody anew for each assignment, so its name counts; but two numbers of
        one name in one download are two people.
        """
        numbers: dict[tuple[str, str], set[str]] = {}
        for path, who in self.who.items():
            if who.system == "moodle":
                numbers.setdefault((_download(path), who.name), set()).add(who.number)
        twice = {name for (_, name), several in numbers.items() if len(several) > 1}
        persons = {}
        for path, who in self.who.items():
            by_name = who.name and who.system in ("moodle", "blackboard") and who.name not in twice
            key = who.name if by_name else f"{who.number} {who.name}"
            persons[path] = (who.system, key if who.system else who.login.casefold())
        return persons

    def _in_roster(self, who: Who) -> Person | None:
        """Return the student of the roster; None if no row fits, or several do."""
        if not self.roster:
            return None
        found = self.roster.called(who.login) if who.login else set()
        if who.system == self.roster.system == "canvas" and who.name:
            row = self.roster.canvas_ids.get(who.number)
            found = set() if row is None else {row}
        elif who.name and (named := self.roster.called(who.name)):
            found = named & found or named
        return _row(min(found)) if len(found) == 1 else None

    def handed_in(self, person: Person, file: RecordFile) -> bool:
        """Return whether this person handed in a file."""
        return person in map(self.persons.__getitem__, file.names)

    def sharing(self, record: Record) -> dict[Person, str]:
        """Return who handed in a record, each with the first file.

        `ada-1` and `ada copy` are `ada`, if `ada` is there. A file that no system or roster knows
        is of the one who typed its login there, or by a roster nobody's.
        """
        paths = [path for file in record for path in sorted(file.names, key=_as_original)]
        sharing: dict[Person, str] = {}
        for path in paths:
            sharing.setdefault(self.persons[path], path)
        known = [path for path in paths if self.persons[path][0]]
        typed = {self.who[path].login.casefold() for path in known}
        for system, login in list(sharing):
            bare = _PERHAPS_COPY.sub("", login)
            copied = bare != login and ("", bare) in sharing
            if not system and (copied or {login, bare} & typed or (self.roster and known)):
                del sharing[system, login]
        return sharing

    def owns(self, person: Person) -> bool:
        """Return whether the instructor decided that a copied record is this person's."""
        names = self.learner(person, []).names(self.name(person))
        owners = [row for row in decisions() if row.decision == OWNER]
        found = {row for one in owners if self.roster for row in self.roster.called(one.learner)}
        return person in map(_row, found) or any(row.is_for(names) for row in owners)

    def dispute(self, sharing: dict[Person, str], owners: list[Person]) -> Iterator[FileProblem]:
        """Say of a record that several people handed in for whom it counts, if for anybody."""
        names = [self.name(person) for person in sharing]
        first = next(iter(sharing.values()))
        tells = f"is a record that {listing(names)} handed in. It counts for"
        if len(owners) == 1:
            yield first, f"{tells} {self.name(owners[0])}, as decisions.csv says."
            return
        row = f"whose decision is owner and whose learner is {listing(names, 'or')}"
        yield first, f"{tells} nobody until decisions.csv of your custom folder has a row {row}."

    def copies(self, record: Record) -> Iterator[FileProblem]:
        """Say which files count once, but not of those that a system knows to be one person's."""
        paths = sorted((path for file in record for path in file.names), key=_as_original)
        for path in paths[1:]:
            if not self.who[path].system:
                yield path, f"holds the same record as {paths[0]}; it counts once."

    def doubts(self) -> Iterator[FileProblem]:
        """Say where what was typed is somebody else's login, and who is not on the roster."""
        people: dict[str, dict[Person, str]] = {}  # by the login that they typed
        for path, who in self.who.items():
            person, system = self.persons[path], who.system.title()
            typed = self.roster.called(who.login) if self.roster and who.system else set()
            if typed and person[0] == "roster" and person not in map(_row, typed):
                other = listing([self.name(_row(row)) for row in sorted(typed)], "or")
                says = f"but {system} says that {self.name(person)} handed it in"
                yield path, f"has the login of {other}, {says}. It counts for {self.name(person)}."
            if who.system and who.login and not typed:
                people.setdefault(who.login.casefold(), {}).setdefault(person, path)
        for login, sharing in people.items():
            if len(sharing) > 1:
                typists = listing(sorted(map(self.name, sharing)))
                says = f"has a login that {typists} typed, “{login}”."
                yield min(sharing.values()), f"{says} Each file counts for whoever handed it in."
        for person, paths in self.paths.items():
            if self.roster and person[0] != "roster":
                who = self.who[paths[0]]
                rows = self.roster.called(who.name or who.login)
                names = [self.name(_row(row)) for row in sorted(rows)]
                why = f"may be of {listing(names, 'or')}" if names[1:] else "fits nobody"
                yield paths[0], f"{why} on the roster, so its marks are in no row of it."

    def name(self, person: Person) -> str:
        """Return the name to show, if nobody else has it."""
        if self.roster and person[0] == "roster":
            return self.roster.students[int(person[1])].name
        known = [self.who[path] for path in self.paths[person]]
        who = next(who for who in known if who.system or not person[0])
        return who.name or who.login or f"{who.system} {who.number}"

    def learner(self, person: Person, records: list[Record]) -> Learner:
        """Return what is known of a person, whose files may be in these records."""
        paths = self.paths.get(person, [])
        known = [self.who[path] for path in paths]
        ids = [who.number for who in known if who.system == "canvas" and who.name]
        logins = [who.login for who in known if who.login]
        if self.roster and person[0] == "roster":
            student = self.roster.students[int(person[1])]
            ids, logins = [student.canvas_id], list(student.logins)
        names = [who.name for who in known if who.system == "moodle"]
        count = sum(map(len, records)) or len(paths)
        return Learner(count, *(next(iter(some), "") for some in (ids, names, logins)))

    def named(
        self, own: dict[tuple[Person, int], list[Record]], problems: list[FileProblem]
    ) -> dict[str, tuple[Person, list[Record]]]:
        """Return whose the records are by the name to show, no two alike.

        Of two logins alike, that of the file without the mark of a copy stays as it is.
        """
        first = {
            key: min(
                (file.name for record in records for file in record),
                key=_as_original,
                default=self.paths[key[0]][0],
            )
            for key, records in own.items()
        }
        times = Counter(self.name(person) for person, _ in own)
        named: dict[str, tuple[Person, list[Record]]] = {}
        files: dict[str, str] = {}
        for key in sorted(own, key=lambda key: (not key[0][0], _as_original(first[key]))):
            (system, _), path = key[0], first[key]
            base = self.name(key[0])
            if times[base] > 1 and system not in ("", "roster"):
                base = f"{base} ({self.who[path].number or system})"
            elif times[base] > 1 and not system:
                base = str(PurePosixPath(PurePosixPath(path).parent.name, base))
            numbered = (base, *(f"{base} ({number})" for number in range(2, len(own) + 1)))
            free = next(free for free in numbered if free not in named)
            if free != base and not system:
                like = f"is named like {files[base]}, but holds another record, counted for {free}."
                problems.append((path, f"{like} Rename it to the login of its learner."))
            named[free], files[free] = (key[0], own[key]), path
        return named


def _download(path: str) -> str:
    """Return the folder or the archive that Moodle made for an assignment."""
    return str(PurePosixPath(path.partition("_assignsubmission_")[0]).parent)
