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

from codeedu.codes.wording import listing, plural, shorten
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


class HandedIn(NamedTuple):
    """What a learner handed in, the oldest record first."""

    learner: Learner
    records: list[Record]


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


def merged(records: list[Record], problems: list[FileProblem]) -> dict[int, Any]:
    """Return the answers of all records of a learner; report where two files differ.

    The attempts of a second record are numbered on from those of the first.
    """
    all_answers: dict[int, Any] = {}
    for record in records:
        answers = dict(record[0].answers)
        for file in record[1:]:
            for key, answer in file.answers.items():
                if answers.setdefault(key, answer).answer != answer.answer:
                    first = record[0].name
                    differs = f"has another answer to {answer.item} on {answer.day} than {first}."
                    problems.append((file.name, f"{differs} The one in {first} counts."))
        after = 1 + max((answer.attempt for answer in all_answers.values()), default=-1)
        for key, answer in answers.items():
            moved = answer._replace(attempt=answer.attempt + after) if after else answer
            all_answers.setdefault(key, moved)
    return all_answers


# Whose they are


def by_learner(
    files: list[RecordFile], roster: Roster | None, problems: list[FileProblem]
) -> dict[str, HandedIn]:
    """Return what each learner handed in, by the name to show, no two alike.

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
    for person in sorted(without - {person for person, _ in own}):
        own[person, 0] = []
    problems += people.doubts()
    handed_in = {}
    for name, key in people.named(own, problems).items():
        records = sorted(own[key], key=_first_answer)
        for record in records[1:]:
            more = f"is another record than {records[0][0].name}; both count for {name}."
            problems.append((record[0].name, more))
        handed_in[name] = HandedIn(people.learner(key[0], records), records)
    for row, student in roster.students.items() if roster and handed_in else ():
        nothing = HandedIn(people.learner(_row(row), []), [])
        handed_in.setdefault(student.name, nothing)
    return dict(sorted(handed_in.items()))


def _row(number: int) -> Person:
    return "roster", str(number)


def _first_answer(record: Record) -> float:
    return min(float(answer.when) for answer in record[0].answers.values())


class _People:
    """The people who handed in files: by the roster, else by the system, else by the login."""

    def __init__(self, files: list[RecordFile], roster: Roster | None) -> None:
        self.roster = roster
        paths = sorted((path for file in files for path in file.names), key=_as_original)
        self.who = {path: handed_in_by(path) for path in paths}
        self.persons = self._by_system()
        typed: dict[str, set[Person]] = {}  # by the login, whom a system or the roster knows by it
        for path, who in self.who.items():
            self.persons[path] = self._in_roster(who) or self.persons[path]
            if who.login and self.persons[path][0]:
                typed.setdefault(who.login.casefold(), set()).add(self.persons[path])
        self.same_login = {login: people for login, people in typed.items() if len(people) > 1}
        for path, (system, login) in self.persons.items():
            if not system and len(known := typed.get(login, set())) == 1:
                self.persons[path] = min(known)
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

        `ada-1` and `ada copy` are `ada`, if `ada` is there. Where a roster or a system knows one of
        them, a login that is on no roster is only the name of a file.
        """
        sharing: dict[Person, str] = {}
        for file in record:
            for path in sorted(file.names, key=_as_original):
                sharing.setdefault(self.persons[path], path)
        logins = {self.who[path].login.casefold() for path in sharing.values()}
        known = self.roster and any(system for system, _ in sharing)
        for system, login in list(sharing):
            bare = _PERHAPS_COPY.sub("", login)
            if not system and (known or (bare != login and bare in logins)):
                del sharing[system, login]
        return sharing

    def owns(self, person: Person) -> bool:
        """Return whether the instructor decided that a copied record is this person's."""
        names = self.learner(person, []).names(self.name(person))
        owners = [row for row in decisions() if row.decision == OWNER]
        return any(row.is_for(names) or self._is_row(person, row.learner) for row in owners)

    def _is_row(self, person: Person, text: str) -> bool:
        rows = self.roster.called(text) if self.roster else set()
        return person in map(_row, rows)

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
        """Say which files of a record count once, where no system says that they are one's own."""
        first = record[0].name
        for file in record:
            original, *copies = sorted(file.names, key=_as_original)
            for path in copies:
                if not self.who[path].system:
                    yield path, f"is an exact copy of {original}; it counts once."
            login = self.who[original].login.casefold()
            if not self.who[original].system and login != self.who[first].login.casefold():
                same = plural(sum(key in record[0].answers for key in file.answers), "answer")
                counted = self.name(next(iter(self.sharing(record))))
                yield original, f"and {first} share {same}: one record, counted for {counted}."

    def doubts(self) -> Iterator[FileProblem]:
        """Say where what was typed is somebody else's login, and who is not on the roster."""
        for path, who in self.who.items():
            person, system = self.persons[path], who.system.title()
            typed = self.roster.called(who.login) if self.roster and who.system else set()
            if typed and person[0] == "roster" and person not in map(_row, typed):
                other = listing([self.name(_row(row)) for row in sorted(typed)], "or")
                says = f"but {system} says that {self.name(person)} handed it in"
                yield path, f"has the login of {other}, {says}. It counts for {self.name(person)}."
        for login, people in self.same_login.items():
            typists = listing([self.name(person) for person in sorted(people)])
            first = next(path for path, who in self.who.items() if who.login.casefold() == login)
            if not (self.roster and self.roster.called(login)):
                says = f"has a login that {typists} typed, “{login}”."
                yield first, f"{says} Each file counts for whoever handed it in."
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
    ) -> dict[str, tuple[Person, int]]:
        """Return whose the records are by the name to show, no two alike.

        Of two logins alike, that of the file without the mark of a copy stays as it is.
        """
        first = {
            key: min((f.name for r in records for f in r), key=_as_original, default="")
            or self.paths[key[0]][0]
            for key, records in own.items()
        }
        order = sorted(own, key=lambda key: (not key[0][0], _as_original(first[key])))
        times = Counter(map(self.name, (person for person, _ in order)))
        named: dict[str, tuple[Person, int]] = {}
        for key in order:
            person, path = key[0], first[key]
            name, who = self.name(person), self.who[first[key]]
            folder = PurePosixPath(path).parent.name
            base = name
            if times[name] > 1 and person[0] not in ("", "roster"):
                base = f"{name} ({who.number or who.system})"
            elif times[name] > 1 and folder and not person[0]:
                base = f"{folder}/{name}"
            numbered = (base, *(f"{base} ({number})" for number in range(2, len(own) + 1)))
            free = next(free for free in numbered if free not in named)
            if free != base and not person[0]:
                like = f"is named like {first[named[base]]}, but holds another record, counted for"
                problems.append((path, f"{like} {free}. Rename it to the login of its learner."))
            named[free] = key
        return named


def _download(path: str) -> str:
    """Return the folder or the archive that Moodle made for an assignment."""
    return str(PurePosixPath(path.partition("_assignsubmission_")[0]).parent)
