"""Records as learners hand them in: lines of answers, and files of them."""

import json

from codeedu.questions import bank, kinds

ITEM = next(item for item in bank.load() if item.id == "05-lost-dot-01")
RIGHT = kinds.KINDS[ITEM.kind].right(ITEM)
WRONG = next(place for place, o in enumerate(ITEM.options) if o.misconception)


def line(item=ITEM, *, right=True, day="2026-11-01", minute=0, **more):
    kind = kinds.KINDS[item.kind]
    response = kind.right(item) if right else WRONG
    grade = kinds.grade(item, response)
    return {
        "when": f"{day}T10:{minute:02}:00+00:00",
        "mode": "quiz",
        "of_lesson": "05",
        "length": 10,
        "attempt": 0,
        "position": minute + 1,
        "item": item.id,
        "seen": item.seen,
        "key": item.key,
        "lesson": item.lesson,
        "objective": item.objective,
        "round": 1,
        "answer": response,
        "correct": grade.correct,
        "score": grade.score,
        "seconds": 5.0,
        "could_show": list(item.could_show),
        "misconceptions": list(grade.misconceptions),
        "actual": item.actual,
        "chosen": grade.chosen,
        **more,
    }


OTHERS = [item for item in bank.load() if item.lesson == "05" and item != ITEM][:9]
TEN = [line(minute=0), *(line(item, minute=n) for n, item in enumerate(OTHERS, 1))]


def write(folder, name, lines, end="\n"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(fields) for fields in lines) + end, encoding="utf-8")
    return path


def marked(item, answer, minute, n, *, right):
    """Return a line whose mark is the stated one, as that of a question that has changed."""
    stated = {"seen": "", "correct": right, "score": int(right), "seconds": n + 0.5}
    return line(item, minute=minute) | {"answer": answer} | stated
