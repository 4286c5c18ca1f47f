"""What a list of answers says about the one who gave them. Pure counting, in words.

An *answer* is a mapping as `session.Session` makes it and `record.py` keeps it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from codeedu import tables

MASTERY = 0.7  # the line that is shown; it locks nothing
CONFIDENCES = ("sure", "unsure", "guess")

Answers = Iterable[Mapping[str, Any]]


def graded(answers: Answers) -> list[Mapping[str, Any]]:
    """Return the answers that count: those given before a lesson was read do not."""
    return [answer for answer in answers if answer.get("mode") != "pretest"]


def by(key: str, answers: Answers) -> list[dict[str, Any]]:
    """Return right and asked for every value of `key`, such as "objective", in its order.

    >>> by("lesson", [{"lesson": "01", "correct": True}, {"lesson": "01", "correct": False}])
    [{'lesson': '01', 'right': 1, 'asked': 2}]
    """
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for answer in answers:
        asked[answer[key]] += 1
        right[answer[key]] += bool(answer["correct"])
    return [{key: name, "right": right[name], "asked": asked[name]} for name in sorted(asked)]


def objectives(answers: Answers) -> list[dict[str, Any]]:
    """Return right and asked for every objective, with its lesson and what one `can` do.

    They stand in the order of data/course/objectives.csv, those of other banks last.
    """
    answers = list(answers)
    lesson = {answer["objective"]: answer["lesson"] for answer in answers}
    known = tables.by("objectives", "objective")
    place = {name: at for at, name in enumerate(known)}
    rows = by("objective", answers)
    for row in rows:
        name = row["objective"]
        row.update(lesson=lesson[name], can=known[name]["can"] if name in known else name)
    return sorted(rows, key=lambda row: place.get(row["objective"], len(place)))


def confusions(answers: Answers) -> list[dict[str, Any]]:
    """Return which code set is taken for which, how often, of how many; the most frequent first.

    >>> one = {"truly": "ICD-10-CM", "read_as": "HCPCS Level II"}
    >>> confusions([one, {**one, "read_as": "ICD-10-CM"}])[0]["says"]
    'You took ICD-10-CM for HCPCS Level II in 1 of 2.'
    """
    asked: Counter[str] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for answer in answers:
        truly, read_as = answer.get("truly", ""), answer.get("read_as", "")
        if truly:
            asked[truly] += 1
            if read_as and read_as != truly:
                taken[truly, read_as] += 1
    found = []
    for (truly, read_as), count in sorted(taken.items(), key=lambda pair: (-pair[1], pair[0])):
        says = f"You took {truly} for {read_as} in {count} of {asked[truly]}."
        row = {"truly": truly, "read_as": read_as, "count": count, "of": asked[truly]}
        found.append(row | {"says": says})
    return found


def calibration(answers: Answers) -> list[dict[str, Any]]:
    """Return right and asked for each confidence that was given, and what that says.

    >>> calibration([{"confidence": "guess", "correct": True}])
    [{'confidence': 'guess', 'right': 1, 'asked': 1, 'says': 'When guessing: 1 of 1 right.'}]
    """
    stated = [answer for answer in answers if answer.get("confidence") in CONFIDENCES]
    rows = by("confidence", stated)
    rows.sort(key=lambda row: CONFIDENCES.index(row["confidence"]))
    for row in rows:
        says = f"{_WHEN[row['confidence']]}: {row['right']} of {row['asked']} right."
        share = row["right"] / row["asked"]
        if row["asked"] >= 5 and row["confidence"] == "sure" and share < 0.8:
            says += " You are surer than your answers bear out; read the reasons once more."
        if row["asked"] >= 5 and row["confidence"] == "guess" and share >= 0.7:
            says += " You know more than you think."
        row["says"] = says
    return rows


_WHEN = {"sure": "When sure", "unsure": "When unsure", "guess": "When guessing"}


def misconceptions(answers: Answers) -> list[dict[str, Any]]:
    """Return the misconceptions that answers revealed, the most frequent first.

    >>> misconceptions([{"misconceptions": ["date-of-filing"]}])[0]["truth"]
    'The date of service decides.'
    """
    count = Counter(name for answer in answers for name in answer.get("misconceptions", ()))
    known = tables.by("misconceptions", "id")
    found = []
    for name, times in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])):
        row = known.get(name, {"says": name, "truth": ""})
        found.append({"id": name, "count": times, "says": row["says"], "truth": row["truth"]})
    return found


def revisit(answers: Answers) -> list[dict[str, Any]]:
    """Return the lessons with an objective below the line, and which objectives those are."""
    weak = [row for row in objectives(answers) if row["right"] < MASTERY * row["asked"]]
    lessons = tables.by("lessons", "lesson")
    found = []
    for lesson in sorted({row["lesson"] for row in weak}):
        title = lessons[lesson]["title"] if lesson in lessons else ""
        mine = [row["can"] for row in weak if row["lesson"] == lesson]
        says = f"Lesson {lesson}{f', {title}' if title else ''}: {'; '.join(mine)}."
        notebook = lessons[lesson]["notebook"] if lesson in lessons else ""
        row = {"lesson": lesson, "title": title, "notebook": notebook}
        found.append(row | {"objectives": mine, "says": says})
    return found
