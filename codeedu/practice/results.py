"""What a sitting showed in the end, as nodes: the score, and what can be learned from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from codeedu import tables
from codeedu.html.nodes import Node, node, table_node
from codeedu.practice import findings, pages
from codeedu.practice.session import Session

LINE = f"{findings.MASTERY * 100:.0f} %"
LOCKS_NOTHING = f"The line of {LINE} is a mark to aim at; it locks nothing."


def review(session: Session) -> list[Node]:
    """Return what was right and what was missed, before it is tried again."""
    return [score(session.result()), _questions(session)]


def finished(session: Session) -> list[Node]:
    """Return the whole result: score, objectives, confusions, calibration, what to read again."""
    result = session.result()
    if not result["asked"]:
        return [node("p", result["says"])]
    return [
        score(result),
        *_section("What to revisit", _revisit(result["revisit"])),
        *_section("By objective", [by_objective(result["objectives"])]),
        *_section("What you confuse", confusions(session.answers)),
        *_section("What your answers believed", _beliefs(result["misconceptions"])),
        *_section("How sure you were", _list(row["says"] for row in result["calibration"])),
        *_section("All questions and answers", [_questions(session)]),
    ]


def assessed(session: Session) -> list[Node]:
    """Return the result of the final assessment, and where its completion record is."""
    where = node("p", "Your completion record, to print: ", node("code", "codeedu.completion()"))
    return [where, *finished(session)]


def looked_ahead(session: Session, lesson: str) -> list[Node]:
    """Return the end of a pretest: no score, and where to find the answers."""
    where = tables.by("lessons", "lesson").get(lesson)
    named = f"lesson {lesson}" + (f", {where['title']}" if where else "")
    says = (
        "That was to look ahead, and counts for nothing. "
        f"Now read {named}, and watch for the answers."
    )
    return [node("p", says), *_section("The questions again", [_questions(session)])]


def placed(session: Session) -> list[Node]:
    """Return the end of a placement: strengths by lesson, and the lessons to take."""
    lessons, rows = tables.by("lessons", "lesson"), []
    for row in session.result()["lessons"]:
        known = lessons.get(row["lesson"], {"title": "", "notebook": ""})
        rows.append({**known, **row, "take": row["right"] < findings.MASTERY * row["asked"]})
    take = [row for row in rows if row["take"]]
    if take:
        says = "These lessons will give you the most. The others are open to you as well."
        listed = [node("li", _lesson(row), ": ", row.get("promise", "")) for row in take]
        advice = [node("p", says), _bullets(listed)]
    else:
        advice = [node("p", "You know your way around. Try the drills, or the final assessment.")]
    table = [
        {
            "Lesson": f"{row['lesson']} {row['title']}",
            "Right": _share(row),
            "Advice": "take this lesson" if row["take"] else "you may skip it",
        }
        for row in rows
    ]
    return [
        *_section("Lessons to take", advice),
        *_section("Your strengths", [table_node(table, caption="What you knew, by lesson")]),
        *_section("How sure you were", _list(r["says"] for r in session.result()["calibration"])),
        *_section("All questions and answers", [_questions(session)]),
    ]


def score(result: Mapping[str, Any]) -> Node:
    """Return the score in words and as a bar with the line on it."""
    share = node("strong", _percent(result["score"]), class_="codeedu-share")
    words = node("p", share, " ", node("span", result["says"]), class_="codeedu-score")
    says = [words, bar(result["score"], line=True)]
    if result["now"] != result["right"]:
        says.append(node("p", f"By now: {result['now']} of {result['asked']} right."))
    return node("div", *says, node("p", LOCKS_NOTHING, class_="codeedu-caution"))


def bar(share: float, *, line: bool = False) -> Node:
    """Return a bar for the eye; what it says always stands beside it in words."""
    look = f"codeedu-bar{' codeedu-lined' if line else ''}"
    return node("span", class_=look, aria_hidden="true", data_share=f"{share:.3f}")


def _share(row: Mapping[str, Any]) -> Node:
    return node("div", f"{row['right']} of {row['asked']} ", bar(row["right"] / row["asked"]))


def by_objective(rows: Iterable[Mapping[str, Any]]) -> Node:
    """Return a table of right and asked for every objective."""
    listed = [
        {
            "You can": f"{row['can']} (lesson {row['lesson']})",
            "Right": _share(row),
            f"Line of {LINE}": "✓ reached"
            if row["right"] >= findings.MASTERY * row["asked"]
            else "not yet",
        }
        for row in rows
    ]
    return table_node(listed, caption="Right at the first try, by objective")


def confusions(answers: Sequence[Mapping[str, Any]]) -> list[Node]:
    """Return which code set was taken for which: in sentences, and as a matrix of counts."""
    told = [a for a in answers if a.get("truly") and a.get("read_as")]
    count = Counter((answer["truly"], answer["read_as"]) for answer in told)
    names = sorted({name for pair in count for name in pair})
    mixed = findings.confusions(answers)
    if not mixed:
        return []
    rows: list[dict[str, object]] = []
    for truly in sorted({truly for truly, _ in count}):
        row: dict[str, object] = {"It was": truly}
        for name in names:
            row[f"read as {name}"] = _count(count[truly, name], right=name == truly)
        rows.append(row)
    says = [node("li", row["says"]) for row in mixed]
    caption = "How often each code set was read as which"
    return [_bullets(says), table_node(rows, caption=caption)]


def _count(times: int, *, right: bool) -> str:
    if not times:
        return "0"
    return f"{times} ✓" if right else f"{times} ✗"


def _revisit(rows: list[dict[str, Any]]) -> list[Node]:
    listed = [node("li", _lesson(row), ": ", "; ".join(row["objectives"]), ".") for row in rows]
    return [_bullets(listed)] if listed else []


def _lesson(row: Mapping[str, Any]) -> Node:
    name = f"Lesson {row['lesson']}, {row['title']}" if row["title"] else f"Lesson {row['lesson']}"
    return pages.link(name, f"{row['notebook']}.ipynb") if row["notebook"] else node("span", name)


def _beliefs(rows: Iterable[Mapping[str, Any]]) -> list[Node]:
    listed = []
    for row in rows:
        item = node("li", f"“{row['says']}”")
        if row["truth"]:
            item += [" ", node("strong", "In truth:"), f" {row['truth']}"]
        listed.append(item)
    return [_bullets(listed)] if listed else []


def _list(texts: Iterable[str]) -> list[Node]:
    listed = [node("li", text) for text in texts]
    return [_bullets(listed)] if listed else []


def _bullets(items: list[Node]) -> Node:
    return node("ul", *items, class_="codeedu-list", role="list")


def _questions(session: Session) -> Node:
    """Return every answered question with a sign; its reasons, if shown yet, are folded."""
    return node("ul", *_asked(session), class_="codeedu-asked", role="list")


def _asked(session: Session) -> Iterator[Node]:
    kinds = {item.id: item.kind for item in session.items}
    for row in session.review():
        look = "codeedu-good" if row["correct"] else "codeedu-bad"
        sign = f"{pages.SIGNS[row['correct']]} {'right' if row['correct'] else 'missed'}"
        mark = node("strong", sign, class_="codeedu-mark")
        line: list[str | Node] = [*pages.inline(_first(row["stem"])), " ", mark]
        told = row["feedback"]
        if not told:
            yield node("li", node("p", *line), class_=look)
            continue
        says = node("p", node("strong", pages.verdict(told, kinds[row["id"]])))
        inside = [node("div", *pages.stem(row)), says, *pages.reasons(told)]
        yield node("li", node("details", node("summary", *line), *inside), class_=look)


def _first(stem: str) -> str:
    """Return the first paragraph of a stem, which stands for the whole in a list."""
    return " ".join(stem.split("```")[0].split("\n\n")[0].split()) or "A claim line"


def _section(title: str, inside: Iterable[Node]) -> list[Node]:
    """Return a part of the result under its heading; nothing when it has nothing to say."""
    parts = list(inside)
    return [node("div", node("h4", title), *parts, class_="codeedu-section")] if parts else []


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"
