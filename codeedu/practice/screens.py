"""Everything a sitting shows, as nodes (see `html.nodes`): questions, feedback, results, paper.

Nothing is decided here: `session.py` and `statistics.py` say what is so, this puts it on screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

from codeedu import tables
from codeedu.codes.wording import percent, plural
from codeedu.html.nodes import Node, node, table_node
from codeedu.learner import statistics, steps
from codeedu.learner.record import Answer
from codeedu.learner.steps import LINE, Step
from codeedu.practice.session import Question, Result, Reviewed, Session
from codeedu.questions.kinds import KINDS, Feedback, OptionFeedback
from codeedu.questions.printed import LOOK, inline, legend, link, next_time, sources_line

SIGNS = {True: "✓", False: "✗"}
LOCKS_NOTHING = f"The {LINE} is a mark to aim at; it locks nothing."
MINUTES = 0.75  # for one question and its feedback

# Before, during and after a question


class Ask(TypedDict):
    """What the browser needs to ask a question."""

    id: str
    count: str
    share: float
    kind: str
    how: str
    unit: str
    stem: list[Node]
    choices: list[dict[str, Any]]
    hint: list[str | Node]


def start(says: str, count: int, place: str, stopped: str) -> list[Node]:
    """Return what is said before the first question: how many, how long, where answers go."""
    about = f"about {plural(max(1, round(count * MINUTES)), 'minute')}"
    found = [
        node("p", f"{plural(count, 'question')}, {about}. {says}"),
        node("p", f"Your answers are saved in {place}, on this machine only."),
    ]
    return [*found, node("p", node("strong", stopped))] if stopped else found


def question(asked: Question, note: str = "") -> Ask:
    """Return what the browser needs to ask a question; a `note` is added to its count."""
    count = f"Question {asked.number} of {asked.of}"
    again = f", round {asked.round}" if asked.round > 1 else ""
    return {
        "id": asked.id,
        "count": count + again + note,
        "share": (asked.number - 1) / asked.of,
        "kind": asked.kind,
        "how": KINDS[asked.kind].how,
        "unit": asked.unit,
        "stem": legend(asked.stem),
        "choices": [
            {"place": c.place, "text": c.text.replace("`", ""), "nodes": inline(c.text)}
            for c in asked.choices
        ],
        "hint": inline(asked.hint),
    }


def verdict(told: Feedback) -> str:
    r"""Return what is announced after an answer: a word, a sign, what is right.

    >>> verdict(Feedback(False, 0.0, "Not yet", "The answer is: `J1885`", "", "", (), (), ""))
    'Not yet ✗\nThe answer is: J1885'
    """
    if told.correct:
        return f"{told.verdict} {SIGNS[True]}"
    return f"{told.verdict} {SIGNS[False]}\n{told.answer.replace('`', '')}"


def reasons(told: Feedback) -> list[Node]:
    """Return the explanation, the feedback on every option, what to look at, and the sources."""
    found = [node("p", *inline(told.explanation), class_="codeedu-why", dir="auto")]
    parts = [_part(part) for part in told.options]
    found.append(node("ul", *parts, class_="codeedu-reasons", role="list"))
    if told.look:
        found.append(next_time(told.look, **LOOK))
    return [*found, node("p", *sources_line(told.sources, told.as_of), class_="codeedu-caution")]


def _part(part: OptionFeedback) -> Node:
    """Return one option with its mark in words, its feedback, and the belief it shows."""
    # What is right is marked right, chosen or not: the sign is about the option.
    look = "good" if part.right else "bad" if part.chosen else "rest"
    sign = "" if look == "rest" else f"{SIGNS[part.right]} "
    head = node("span", *inline(part.text), class_="codeedu-option", dir="auto")
    mark = node("strong", f"{sign}{part.mark}", class_="codeedu-mark")
    children = [node("p", head, " ", mark), node("p", *inline(part.feedback), dir="auto")]
    if part.belief:
        believed = node("p", node("strong", "A common belief: "), f"“{part.belief}” ")
        children.append([*believed, node("strong", "In truth: "), part.truth])
    return node("li", *children, class_=f"codeedu-{look}")


# The end of a sitting


def ended(session: Session, done: str) -> str:
    """Return the heading of the end: that it is `done`, or after how many questions it ended."""
    asked, of = session.result().asked, len(session.items)
    return done if asked == of else f"Stopped after {asked} of {plural(of, 'question')}"


def _praise(session: Session) -> list[Node]:
    """Return one sentence of praise where it was earned."""
    result = session.result()
    if result.asked < len(session.items) or not result.asked:
        return []
    if result.right == result.of:
        says = "every answer was right at the first try."
    elif result.reached and session.mode == "final":
        says = "you passed the final assessment."
    elif result.reached:
        says = f"you reached the {LINE}."
    elif result.now == result.of and session.allows.explains:
        says = "you went back to what you missed, and by now every answer is right."
    else:
        return []
    return [node("p", node("strong", "Well done: "), says)]


def review(session: Session, step: Step) -> list[Node]:
    """Return what was right and what was missed, before it is tried again."""
    score = _score(session.result())
    return [*_praise(session), step.node(), score, _questions(session.review())]


def finished(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return praise, what is next, and the whole result."""
    return [*_praise(session), step.node(), *_whole(session)]


def assessed(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return the result of the final assessment, and where its completion record is."""
    where = []
    if session.result().asked == len(session.items) and step.target != steps.record_link():
        link = node("a", "completion record", href=steps.record_link())
        where = [node("p", "Your ", link, " shows this result too.")]
    return [*_praise(session), step.node(), *where, *_whole(session)]


def _whole(session: Session) -> list[Node]:
    """Return score, what to read again, objectives, confusions, confidence, all questions."""
    result = session.result()
    if not result.asked:
        return [node("p", result.says)]
    return [
        _score(result),
        *_section("What to read again", _revisit(result.revisit)),
        *_section("By objective", [_by_objective(result)]),
        *_section("What you confuse", confusions(session.answers)),
        *_section("What you may believe", _beliefs(result.beliefs)),
        *_section("How sure you were", _list(result.calibration)),
        *_section("All questions and answers", [_questions(session.review())]),
    ]


def looked_ahead(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return the end of a pretest: no score, and where to find the answers."""
    row = tables.by("lessons", "lesson").get(lesson)
    named = f"lesson {lesson}" + (f", {row['title']}" if row else "")
    says = f"These questions only look ahead; they do not count. Now read {named}."
    return [node("p", says), *_section("The questions again", [_questions(session.review())])]


TAKE, TRY = "take this lesson", "try its quiz first"
FEW = (
    "A few questions cannot show that you know a lesson. Where you had all of them right, try the "
    "lesson's quiz first."
)


def placed(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return the end of a placement: what was known by lesson, and which lessons to take.

    Two or three questions are too few to say that a lesson can be skipped, so nothing here does.
    """
    result, known = session.result(), tables.by("lessons", "lesson")
    take, table = [], []
    for row in result.lessons:
        about = known.get(row.name, {})
        title, notebook = about.get("title", ""), about.get("notebook", "")
        missed = row.right < row.asked
        if missed:
            named = _lesson(statistics.Revisit(row.name, title, notebook, ()))
            take.append(node("li", named, ": ", about.get("promise", "")))
        advice = TAKE if missed else TRY
        table.append({"Lesson": f"{row.name} {title}", "Right": _share(row), "Advice": advice})
    return [
        step.node(),
        *_section("Lessons to take", [*([_bullets(take)] if take else []), node("p", FEW)]),
        *_section("What you knew", [table_node(table, caption="Right answers by lesson")]),
        *_section("How sure you were", _list(result.calibration)),
        *_section("All questions and answers", [_questions(session.review())]),
    ]


def _score(result: Result) -> Node:
    """Return the score in words and as a bar with the line on it."""
    share = node("strong", percent(result.score), class_="codeedu-share")
    words = node("p", share, " ", node("span", result.says), class_="codeedu-score")
    says = [words, _bar(result.score, line=True)]
    if result.now != result.right:
        says.append(node("p", f"By now: {result.now} of {result.of} right."))
    if not result.reached:
        says.append(node("p", LOCKS_NOTHING, class_="codeedu-caution"))
    return node("div", *says)


def _bar(share: float, *, line: bool = False) -> Node:
    """Return a bar for the eye; what it says is always beside it in words."""
    look = f"codeedu-bar{' codeedu-lined' if line else ''}"
    return node("span", class_=look, aria_hidden="true", data_share=f"{share:.3f}")


def _share(row: statistics.Tally) -> Node:
    return node("div", f"{row} ", _bar(row.right / row.asked))


def _by_objective(result: Result) -> Node:
    """Return a table of right and asked for every objective; no tick, a sitting is too short."""
    rows = [
        {"You can": f"{row.can} (lesson {row.lesson})", "Right": _share(row)}
        for row in result.objectives
    ]
    return table_node(rows, caption="Right at the first try, by objective")


def confusions(answers: Sequence[Answer]) -> list[Node]:
    """Return which code set was taken for which: in sentences, and as a matrix of counts."""
    mixed = statistics.confusions(answers)
    if not mixed:
        return []
    count = Counter({pair: n for pair, n in statistics.readings(answers).items() if pair[1]})
    names = sorted({name for pair in count for name in pair})
    rows: list[dict[str, object]] = []
    for actual in sorted({actual for actual, _ in count}):
        row: dict[str, object] = {"It was": actual}
        for name in names:
            row[f"read as {name}"] = _count(count[actual, name], right=name == actual)
        rows.append(row)
    caption = "How often each code set was read as which"
    return [*_list(map(str, mixed)), table_node(rows, caption=caption)]


def _count(times: int, *, right: bool) -> str:
    return f"{times} {SIGNS[right]}" if times else "0"


def _revisit(rows: Iterable[statistics.Revisit]) -> list[Node]:
    listed = [node("li", _lesson(row), ": ", "; ".join(row.objectives), ".") for row in rows]
    return [_bullets(listed)] if listed else []


def _lesson(row: statistics.Revisit) -> Node:
    name = f"Lesson {row.lesson}, {row.title}" if row.title else f"Lesson {row.lesson}"
    return link(name, f"{row.notebook}.ipynb") if row.notebook else node("span", name)


def _beliefs(rows: Iterable[statistics.Belief]) -> list[Node]:
    listed = []
    for row in rows:
        item = node("li", f"“{row.says}” {row.often}")
        if row.truth:
            item += [" ", node("strong", "In truth:"), f" {row.truth}"]
        listed.append(item)
    return [_bullets(listed)] if listed else []


def _list(texts: Iterable[str]) -> list[Node]:
    listed = [node("li", text) for text in texts]
    return [_bullets(listed)] if listed else []


def _bullets(items: list[Node]) -> Node:
    return node("ul", *items, class_="codeedu-list", role="list")


def _questions(rows: Iterable[Reviewed]) -> Node:
    """Return every answered question with a sign; its feedback, if shown yet, is folded."""
    return node("ul", *map(_asked, rows), class_="codeedu-asked", role="list")


def _asked(row: Reviewed) -> Node:
    look = "codeedu-good" if row.correct else "codeedu-bad"
    sign = f"{SIGNS[row.correct]} {'right' if row.correct else 'missed'}"
    mark = node("strong", sign, class_="codeedu-mark")
    line: list[str | Node] = [*inline(_first(row.stem)), " ", mark]
    if not row.feedback:
        return node("li", node("p", *line), class_=look)
    says = node("p", node("strong", verdict(row.feedback)))
    inside = [node("div", *legend(row.stem)), says, *reasons(row.feedback)]
    return node("li", node("details", node("summary", *line), *inside), class_=look)


def _first(text: str) -> str:
    """Return the first paragraph of a stem, which represents the whole in a list."""
    return " ".join(text.split("```")[0].split("\n\n")[0].split()) or "A claim line"


def _section(title: str, inside: Iterable[Node]) -> list[Node]:
    """Return a part of the result under its heading; nothing when it has nothing to say."""
    parts = list(inside)
    return [node("div", node("h4", title), *parts, class_="codeedu-section")] if parts else []
