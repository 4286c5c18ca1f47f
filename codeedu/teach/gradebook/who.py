"""Who handed in which record, by the names of the files.

A learning system knows who handed in a file and says so in its name; the rest of the name the
learner typed. What the system says goes first, what was typed second. A record that was handed in
by several people counts for nobody until the instructor decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from codeedu.codes.wording import listing, plural, shorten
from codeedu.learner.record import ItemNote
from codeedu.questions.decisions import OWNER, decisions, folded
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
# What learning systems make of the name of a file: docs/gradebook.md has the sources. Moodle and
# Brightspace may put it into the name of a folder instead.
_PACKED = {
    "canvas": re.compile(
        r"(?:(?P<name>[^\W_A-Z]+)(?:_LATE)?_(?P<number>\d+)_\d{3,}"
        r"|(?:LATE_)?(?P<anonymous>anon_[^\W_]+)_\d+)(?:_(?P<typed>.*))?"
    ),
    "moodle": re.compile(
        r"(?:Participant|(?P<name>.+))_(?P<number>\d+)_assignsubmission_file_?(?P<typed>.*)"
    ),
    "blackboard": re.compile(r"[^_]+_(?P<name>.+)_attempt_\d{4}(?:-\d\d){5}(?:_(?P<typed>.*))?"),
    "brightspace": re.compile(
        r"(?P<number>\d+)-\d+ ?- (?P<name>.+?) ?- .*\d [AP]M(?: ?- (?P<typed>.*))?"
    ),
}

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
    """How many files of a learner there are, and all names by which a sheet may call them.

    `dropped` are the items that were asked, but count no more. `counts`: some answer does.
    """

    files: int
    names: Sequence[str]
    dropped: Collection[str] = ()
    counts: bool = False


class RecordFile(NamedTuple):
    """A file, the names of all its exact copies, and what is in it: answers, notes, problems.

    The answers are keyed by identity: the same answer has the same key anywhere.
    """

    names: list[str]
    answers: dict[int, Any]
    problems: list[str]
    notes: Sequence[ItemNote] = ()

    @property
    def name(self) -> str:
        """The name that is likeliest the original's."""
        return min(self.names, key=_as_original)


def shown(file: str) -> str:
    """Return the name of a file, of which a learner may have made any length."""
    return shorten(file, 2 * LONGEST)


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
                number = named.get("number") or named.get("anonymous") or ""
                typed = (named["typed"] or "") if part is stem else stem
                return Who(system, shorten(named["name"] or "", LONGEST), number, _typed(typed))
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
                if answers.setdefault(key, answer).graded.answer != answer.graded.answer:
                    first = shown(record[0].name)
                    differs = (
                        f"has another answer to {answer.graded.item} on {answer.day} than {first}."
                    )
                    problems.append((file.name, f"{differs} The one in {first} counts."))
        if merged:
            after = 1 + max(answer.attempt for answer in merged.values())
            moved = {k: one._replace(attempt=one.attempt + after) for k, one in answers.items()}
            answers = moved | merged
        merged = answers
    return merged


# Whose they are


def by_learner(
    files: list[RecordFile],
    roster: Roster | None,
    problems: list[FileProblem],
    unread: Sequence[str] = (),
) -> dict[str, tuple[Learner, list[Record]]]:
    """Return each learner with the records that count, by the name to show, no two alike.

    The name is that of the roster, else the learning system's, else the login. Students of the
    roster who handed in nothing are there, too; `unread` are files without an answer.
    """
    people = _People(files, roster or Roster("", [], [], {}))
    own: dict[Person, list[Record]] = {}
    shared: list[Person] = []
    for record in one_record_each(files):
        sharing = people.sharing(record)
        owners = [person for person in sharing if len(sharing) == 1 or people.owns(person)]
        for person in sharing:
            own.setdefault(person, [])
        if len(sharing) == 1:
            own[owners[0]].append(record)
        elif len(owners) == 1:
            own[owners[0]].append(people.files_of(owners[0], record))
        if len(sharing) > 1:
            shared += sharing
            problems.append(people.dispute(sharing, owners, record))
    problems += people.idle(shared)
    problems += people.doubts()
    learners = {}
    everybody = dict.fromkeys([*own, *map(_row, people.roster.students)])
    named, called = people.named(own), people.called(everybody)
    for name, person in named.items():
        first, *others = records = sorted(own[person], key=_began) or [[]]
        for record in others:
            also = f"is another record than {shown(first[0].name)}; both count for {name}."
            problems.append((record[0].name, f"{also} If it is somebody else's, rename it."))
        learners[name] = people.learner(person, name, called), records if first else []
    no_answer = Counter(_People([RecordFile([*unread], {}, [])], people.roster).person_of.values())
    for row, student in people.roster.students.items() if learners else ():
        one = people.learner(_row(row), student.name, called)
        one = one._replace(files=one.files + no_answer[_row(row)])
        learners.setdefault(student.name, (one, []))
    return dict(sorted(learners.items()))


def _began(record: Record) -> float:
    return float(min(answer.when for answer in record[0].answers.values()))


def _row(number: int) -> Person:
    return "roster", str(number)


class _People:
    """The people who handed in files: by the roster, else by the system, else by the login."""

    def __init__(self, files: list[RecordFile], roster: Roster) -> None:
        self.roster = roster
        paths = sorted((path for file in files for path in file.names), key=_as_original)
        self.who = {path: handed_in_by(path) for path in paths}
        self.person_of = {path: self._person(who) for path, who in self.who.items()}
        self.person_of |= self._of_one_name()
        self.paths: dict[Person, list[str]] = {}
        for path, person in self.person_of.items():
            self.paths.setdefault(person, []).append(path)

    def _person(self, who: Who) -> Person:
        """Return the student of the roster if one row fits, else whom the system or the login says.

        Moodle numbers everybody anew for each assignment, so its name counts.
        """
        rows = self.roster.called(who.login) if who.login else set()
        if who.system == self.roster.system == "canvas" and who.name:
            rows = {row for row, one in self.roster.students.items() if one.canvas_id == who.number}
        elif who.name and (named := self.roster.called(who.name)):
            rows = named & rows or named
        if len(rows) == 1:
            return _row(*rows)
        by_name = who.system in ("moodle", "blackboard") and who.name
        return who.system, (by_name or who.number) if who.system else who.login.casefold()

    def _of_one_name(self) -> dict[str, Person]:
        """Return the paths of Moodle's whose name is that of two people: each is of its number.

        One download has two numbers only for two people, whatever they typed.
        """
        numbers: dict[tuple[Person, str], set[str]] = {}
        moodle = [path for path, who in self.who.items() if who.system == "moodle" and who.name]
        for path in moodle:
            download = path.partition("_assignsubmission")[0].rpartition("/")[0]
            numbers.setdefault((self.person_of[path], download), set()).add(self.who[path].number)
        two = {person for (person, _), those in numbers.items() if len(those) > 1}
        return {
            path: ("moodle", f"{self.who[path].name} {self.who[path].number}")
            for path in moodle
            if self.person_of[path] in two
        }

    def files_of(self, person: Person, record: Record) -> Record:
        """Return the files of a record that this person handed in."""
        return [file for file in record if person in map(self.person_of.get, file.names)]

    def sharing(self, record: Record) -> dict[Person, str]:
        """Return who handed in a record, each with the first file.

        A file that no system or roster knows is of the one who typed its login there, or by a
        roster nobody's.
        """
        paths = sorted((path for file in record for path in file.names), key=_as_original)
        sharing = {self.person_of[path]: path for path in reversed(paths)}
        known = [path for path in paths if self.person_of[path][0]]
        typed = {self.who[path].login.casefold() for path in known}
        return {
            (system, login): path
            for (system, login), path in sorted(sharing.items())
            if system or not (login in typed or (self.roster.students and known))
        }

    def owns(self, person: Person) -> bool:
        """Return whether the instructor decided that a copied record is this person's."""
        names = self.learner(person, self.name(person), self._called).names
        return any(row.decision == OWNER and row.is_for(names) for row in decisions())

    def dispute(
        self, sharing: dict[Person, str], owners: list[Person], record: Record
    ) -> FileProblem:
        """Say of a record that several people handed in for whom it counts, if for anybody."""
        names = [self.name(person) for person in sharing]
        first, *others = sorted(sharing.values(), key=_as_original)
        same = listing([shown(path) for path in others])
        tells = f"is a record that {listing(names)} handed in, like {same}. It counts for"
        if len(owners) == 1:
            owner = self.name(owners[0])
            owned = {key for file in self.files_of(owners[0], record) for key in file.answers}
            others_keys = {key for file in record for key in file.answers} - owned
            left = f" {plural(len(others_keys), 'answer')} that {owner} did not hand in"
            left = f"{left} count{'s' * (len(others_keys) == 1)} for nobody." if others_keys else ""
            return first, f"{tells} {owner}, as decisions.csv says.{left}"
        row = f"whose decision is owner and whose learner is {listing(names, 'or')}"
        has = "has only one row" if owners else "has a row"
        return first, f"{tells} nobody until decisions.csv of your custom folder {has} {row}."

    def idle(self, shared: Iterable[Person]) -> Iterator[FileProblem]:
        """Say which rows `owner` are of no record that this learner and another handed in."""
        called = [name for person in shared for name in self._called[person]]
        for row in decisions():
            if row.decision == OWNER and not row.is_for(called):
                says = "has handed in no record that another handed in, too"
                yield "decisions.csv", f"owner, {shown(row.learner)}: this learner {says}."

    def doubts(self) -> Iterator[FileProblem]:
        """Say where what was typed is somebody else's login, and who is not on the roster."""
        first: dict[str, Person] = {}  # who typed a login, or has it by the roster
        for path, who in self.who.items():
            person, rows = self.person_of[path], self.roster.called(who.login)
            if who.system and who.login and person not in map(_row, rows):
                other = first.setdefault(who.login.casefold(), _row(min(rows)) if rows else person)
                name, system = self.name(person), who.system.title()
                if other != person and rows:
                    says = f"has the login of {self.name(other)}, but {system} says that {name}"
                    yield path, f"{says} handed it in. It counts for {name}."
                elif other != person:
                    says = f"has the login {shown(who.login)}, as a file of {self.name(other)} has"
                    yield path, f"{says}. It counts for {name}, as {system} says."
        for person, paths in self.paths.items():
            if self.roster.students and person[0] != "roster":
                who = self.who[paths[0]]
                rows = self.roster.called(who.name or who.login)
                names = [self.name(_row(row)) for row in sorted(rows)]
                why = f"may be of {listing(names, 'or')}" if names[1:] else "fits nobody"
                yield paths[0], f"{why} on the roster, so its marks are in no row of it."

    def name(self, person: Person) -> str:
        """Return the name to show, if nobody else has it."""
        if person[0] == "roster":
            return self.roster.students[int(person[1])].name
        who = self.who[self.paths[person][0]]
        return who.name or who.login or f"{who.system} {who.number}"

    def named(self, people: Iterable[Person]) -> dict[str, Person]:
        """Return the people by the names to show, no two alike."""
        times = Counter(map(self.name, people))
        named: dict[str, Person] = {}
        for person in sorted(people):
            name = self.name(person)
            if times[name] > 1 and person[0] not in ("", "roster"):
                name = f"{name} ({self.who[self.paths[person][0]].number or person[0]})"
            while name in named:
                name += " (2)"
            named[name] = person
        return named

    @cached_property
    def _called(self) -> dict[Person, list[str]]:
        return self.called(self.paths)

    def called(self, people: Iterable[Person]) -> dict[Person, list[str]]:
        """Return by which names a sheet may call each of these people.

        No name is of two: neither one that both have nor what one typed and another has.
        """
        names = {person: self._given_and_typed(person) for person in people}
        has: dict[str, set[Person]] = {}
        for typed in (False, True):
            known = set(has)
            for person, both in names.items():
                for name in {folded(name) for name in both[typed]} - known:
                    has.setdefault(name, set()).add(person)
        return {
            person: [name for name in chain(*both) if has[folded(name)] == {person}]
            for person, both in names.items()
        }

    def _given_and_typed(self, person: Person) -> tuple[list[str], list[str]]:
        """Return the names that the roster or a system gives a person, and those typed."""
        files = [self.who[path] for path in self.paths.get(person, [])]
        given = [who.name for who in files]
        given += [who.number for who in files if who.system == "canvas"]
        typed = _with_users([who.login for who in files])
        if person[0] == "roster":
            student = self.roster.students[int(person[1])]
            given += [student.name, student.canvas_id, *_with_users(student.logins)]
        elif not person[0]:
            given, typed = typed, []
        return list(filter(None, given)), list(filter(None, typed))

    def learner(self, person: Person, shown: str, called: Mapping[Person, list[str]]) -> Learner:
        """Return what is known of a person."""
        names = dict.fromkeys([shown, *called[person]])
        return Learner(len(self.paths.get(person, [])), tuple(names))


def _with_users(logins: Sequence[str]) -> list[str]:
    """Return logins, then what stands before the @ of those that are addresses."""
    return [*logins, *(login.partition("@")[0] for login in logins)]
