"""Everything a sitting shows, as nodes (see `html.nodes`): questions, feedback, results.

Nothing is decided here: `session.py` and `statistics.py` work it out, this puts it on screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypedDict

from codeedu import tables
from codeedu.cases.case import AUDIT, CODE, NEXT, RETURNED, Case
from codeedu.cases.judge import MOST
from codeedu.codes.wording import percent, plural
from codeedu.html.nodes import Node, bullet_list, link, node, table_node
from codeedu.learner import keeping, statistics, steps
from codeedu.learner.record import Answer
from codeedu.learner.steps import LINE, Step
from codeedu.lessons import file_of, lesson_name
from codeedu.practice.session import Question, Result, Reviewed, Session
from codeedu.questions import cases
from codeedu.questions.kinds import KINDS, Feedback, OptionFeedback
from codeedu.questions.printed import LOOK, inline, legend, next_time, sources_line

SIGNS = {True: "✓", False: "✗"}
LOCKS_NOTHING = f"The {LINE} is a mark to aim at; it locks nothing."
HAND_IN = "Now hand in your answers: press Hand in below, or on "
COMES_BACK = "The drill brings back what you missed."
MINUTES = 0.75  # for one question and its feedback
MOST_LESSONS = 3  # to read again, at most
OTHERS = "Why not the others"
HOWS = {  # of a case
    CODE: "Write a line for each thing to bill. Leave empty what you do not need.",
    RETURNED: "This claim came back. Change its lines into those to send now.",
    AUDIT: "Somebody else sent these lines. Change what the record does not support; if nothing "
    "is wrong, send them as they are.",
}
LIST = {"class_": "codeedu-list", "role": "list"}

# Before, during and after a question


class Ask(TypedDict):
    """What the browser needs to ask a question."""

    id: str
    count: str
    share: float
    submit: str
    kind: str
    how: str
    unit: str
    stem: list[Node]
    choices: list[dict[str, Any]]
    hint: list[str | Node]
    claim: Claim | None


class Claim(TypedDict):
    """What the form of a case needs: its rows, the charges, and what to choose at the end.

    `back` is what came back of the first try.
    """

    back: list[Node]
    rows: list[list[str]]
    most: int
    then: list[list[str]]
    chosen: str


def before_first(coming: Session, says: str, time: str, stopped: str) -> list[Node]:
    """Return what comes before the first question: how many, how long, where answers are kept.

    `time` says how long; else it follows from the number of questions, at least and at most.
    """
    numbers = sorted({coming.least, len(coming.items)})
    minutes = [max(1, round(number * MINUTES)) for number in numbers]
    time = time or f"about {_span(minutes, 'minute')}"
    paragraphs = [
        node("p", f"{_span(numbers, coming.allows.asks.lower())}, {time}. {says}".strip()),
        keeping.before_first(),
    ]
    return [*paragraphs, node("p", node("strong", stopped))] if stopped else paragraphs


def _span(numbers: Sequence[int], noun: str) -> str:
    """Return one number with its noun, or two as from the first to the last."""
    return "".join(f"{number} to " for number in numbers[:-1]) + plural(numbers[-1], noun)


def question(current: Question, submit: str, note: str = "") -> Ask:
    """Return what the browser needs to ask a question; a `note` is added to its count.

    `submit` is the label of the button that sends the answer.
    """
    most = "at most " if current.may_end else ""
    case = current.case
    count = f"{current.asks} {current.number} of {most}{current.of}"
    again = (", second try" if case else ", again") if current.again else ""
    again += f", round {current.round}" if current.round > 1 else ""
    return {
        "id": current.id,
        "count": count + again + note,
        "share": (current.number - 1) / current.of,
        "submit": submit,
        "kind": current.kind,
        "how": _how(current, case) if case else KINDS[current.kind].how,
        "unit": current.unit,
        "stem": [_part_of("The record", _record(case))] if case else legend(current.stem),
        "choices": [
            {"place": c.place, "text": c.text.replace("`", ""), "nodes": inline(c.text)}
            for c in current.choices
        ],
        "hint": inline(current.hint),
        "claim": _claim(current, case) if case else None,
    }


def _claim(current: Question, case: Case) -> Claim:
    rows = cases.rows_of(current.sent or "\n".join(map(str, case.start)))
    told = bullet_list(([says] for says in current.nudge.split("\n") if says), **LIST)
    return {
        "back": [_part_of("What came back", told)] if told else [],
        "rows": rows,
        "most": MOST,
        "then": [[*pair] for pair in NEXT.items()] if case.sort == RETURNED else [],
        "chosen": cases.then_of(current.sent),
    }


def _how(current: Question, case: Case) -> str:
    """Return what to do with the form as it stands."""
    if current.again:
        return "Change what is wrong and send it once more. Then you see the right lines."
    if case.sort == CODE and case.start:
        return "The lines that you see are right. Add what is missing."
    return HOWS[case.sort]


def _part_of(title: str, nodes: Iterable[Node]) -> Node:
    """Return a part of a case: a group that is read once, with a heading for the keyboard.

    Were it the legend of the form, it would be read with each field.
    """
    heading = node("h4", title, tabindex="-1")
    return node("div", heading, *nodes, class_="codeedu-chart", role="group", aria_label=title)


def _record(case: Case, *, solved: bool = False) -> Iterator[Node]:
    """Yield what a learner works from: what stands around the lines, the record, the charges."""
    if case.example:
        example = node("div", *_record(case.example, solved=True))
        yield node("details", node("summary", "A worked example of this sort"), example)
    yield node("p", node("strong", f"{case.title}. "), case.around)
    yield node("pre", case.record)
    if case.charges and not solved:
        title = node("summary", f"Codes to choose from, in our words ({len(case.charges)})")
        codes = [node("li", node("code", c), " ", node("span", says)) for c, says in case.charges]
        look = "codeedu-list codeedu-codes"
        yield node("details", title, node("ul", *codes, class_=look, role="list"))
    if solved:
        yield node("p", node("strong", "The claim:"))
        lines = zip(map(str, case.lines), case.why, strict=True)
        yield from bullet_list([[node("code", line), f": {why}"] for line, why in lines], **LIST)


def verdict_text(feedback: Feedback) -> str:
    r"""Return what is announced after an answer: a word, a sign, the right answer.

    >>> verdict_text(Feedback(False, 0.0, "Not yet", "The answer is: `J1885`", "", "", (), (), ""))
    'Not yet ✗\nThe answer is: J1885'
    """
    if feedback.correct:
        return f"{feedback.verdict} {SIGNS[True]}"
    return f"{feedback.verdict} {SIGNS[False]}\n{feedback.answer.replace('`', '')}"


def reasons(feedback: Feedback, notes: Iterable[str] = ()) -> list[Node]:
    """Return the explanation, every option, what to look at, what the codes are, and the sources.

    At the end is what the learner wrote about the question. Options that were neither right nor
    chosen are folded.
    """
    because = inline(feedback.explanation)
    nodes = [node("p", *because, class_="codeedu-why", dir="auto")] if because else []
    told = [part for part in feedback.options if part.right or part.chosen]
    others = [part for part in feedback.options if not (part.right or part.chosen)]
    nodes.append(_parts(told))
    if others:
        nodes.append(node("details", node("summary", OTHERS), _parts(others)))
    if feedback.look:
        nodes.append(next_time(feedback.look, **LOOK))
    if feedback.codes:
        nodes.append(node("p", feedback.codes))
    if sources := sources_line(feedback.sources, feedback.as_of):
        nodes.append(node("p", *sources, class_="codeedu-caution"))
    look = {"class_": "codeedu-noted", "dir": "auto", "tabindex": "-1"}
    nodes += [node("p", node("strong", "You wrote: "), note, **look) for note in notes]
    return nodes


def _parts(parts: Iterable[OptionFeedback]) -> Node:
    return node("ul", *map(_part, parts), class_="codeedu-reasons", role="list")


def _part(part: OptionFeedback) -> Node:
    """Return one option with its mark in words, its feedback, and the belief it shows."""
    # What is right is marked right, chosen or not: the sign is about the option.
    look = "good" if part.right else "bad" if part.chosen else "rest"
    head: list[str | Node] = [node("span", *inline(part.text), class_="codeedu-option", dir="auto")]
    if look != "rest":
        head += [" ", node("strong", f"{SIGNS[part.right]} {part.mark}", class_="codeedu-mark")]
    children = [node("p", *head)]
    if part.feedback:
        children.append(node("p", *inline(part.feedback), dir="auto"))
    if part.belief:
        believed = node("p", node("strong", "A common belief: "), f"“{part.belief}” ")
        children.append([*believed, node("strong", "In truth: "), part.truth])
    return node("li", *children, class_=f"codeedu-{look}")


# The end of a sitting


def ended(session: Session, done: str) -> str:
    """Return the heading of the end: `done`, or after how many questions it was stopped."""
    if not session.left:
        return done
    asked = session.result().asked
    return (
        f"Stopped after {asked} of {plural(asked + len(session.left), session.allows.asks.lower())}"
    )


def _praise(session: Session) -> list[Node]:
    """Return one sentence of praise where it was earned."""
    result = session.result()
    if session.left or not result.asked:
        return []
    if result.right == result.of:
        says = "every answer was right at the first try."
    elif result.now == result.of and session.allows.explains:
        says = f"you went back to what you missed, and now every answer is right. {COMES_BACK}"
    elif result.reached and session.allows.explains:
        says = f"you reached the {LINE}. {COMES_BACK}"
    else:
        return []  # what comes after a final or an assignment is said by the next step
    return [node("p", node("strong", "Well done: "), says)]


def stopped_early(session: Session) -> list[Node]:
    """Return what was answered before the learner stopped; how to go on is said by a button."""
    return [node("p", session.result().says), _reviewed(session.review())]


def review(session: Session, step: Step) -> list[Node]:
    """Return what was right and what was missed, before it is tried again."""
    score = _score_shown(session.result())
    return [*_praise(session), step.node(), score, _reviewed(session.review())]


def finished(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return praise, what is next, and the whole result."""
    return [*_praise(session), step.node(), *_full_result(session)]


def assessed(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return the result of the final assessment, and where its completion record is."""
    where = []
    if not session.left and step.target != steps.record_link():
        record = link("completion record", steps.record_link())
        where = [node("p", "Your ", record, " shows this result too.")]
    return [*_praise(session), step.node(), *where, *_full_result(session)]


def to_hand_in(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return how to hand an assignment in, and the whole result."""
    then = Step(HAND_IN, steps.hand_in_link(), ".")
    return [*_praise(session), then.node(), *_full_result(session)]


def _full_result(session: Session) -> list[Node]:
    """Return score, what to read again, objectives, confusions, confidence, all questions."""
    result = session.result()
    if not result.asked:
        return [node("p", result.says)]
    return [
        _score_shown(result),
        *_headed("What to read again", _revisit(result.revisit)),
        *_headed("By objective", [_by_objective(result)]),
        *_headed("What you confuse", _confusions_shown(session.answers)),
        *_headed("What you may believe", _beliefs_shown(result.beliefs)),
        *_headed("How sure you were", _list_of(result.calibration)),
        *_headed("All questions and answers", [_reviewed(session.review())]),
    ]


def looked_ahead(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return the end of a pretest: no score, and where the lesson begins."""
    first = [row["objective"] for row in tables.rows("objectives") if row["lesson"] == lesson][:1]
    link = steps.section_link(lesson, *first) if first else None
    read_on = Step("Now read on: ", link, ".") if link else Step("Now read on.")
    says = "These questions only look ahead; they do not count."
    return [
        read_on.node(),
        node("p", says),
        *_headed("The questions again", [_reviewed(session.review())]),
    ]


FEW = "Two questions cannot show that you know a lesson: try its quiz before you read it."


def placed(session: Session, lesson: str, step: Step) -> list[Node]:
    """Return the end of a placement: the lessons to take, by what they would give, and the known.

    Two questions are too few to say that a lesson can be skipped, so nothing here does. The
    lesson that is the next step is not named twice.
    """
    by_lesson: dict[str, list[Answer]] = {}
    for answer in sorted(session.answers, key=lambda answer: answer["lesson"]):
        by_lesson.setdefault(answer["lesson"], []).append(answer)
    rows = tables.by("lessons", "lesson")
    others = [
        (name, answers)
        for name, answers in by_lesson.items()
        if name not in rows or not step.target.startswith(file_of(rows[name]))
    ]
    take: list[list[str | Node]] = []
    known: list[list[str | Node]] = []
    for name, answers in sorted(others, key=lambda pair: -steps.gain(pair[1])):
        if missed := steps.missed_in(answers):
            take.append([_lesson_link(name), f": learn to {missed}."])
        else:
            known.append([_lesson_link(name)])
    few = [node("p", FEW)] if known else []
    return [
        step.node(),
        *_headed("After that, most useful first", bullet_list(take, **LIST)),
        *_headed("What you know already", [*bullet_list(known, **LIST), *few]),
        *_headed("How sure you were", _list_of(session.result().calibration)),
        *_headed("All questions and answers", [_reviewed(session.review())]),
    ]


def _score_shown(result: Result) -> Node:
    """Return the score in words and as a bar with the line on it."""
    share = node("strong", percent(result.score), class_="codeedu-share")
    words = node("p", share, " ", node("span", result.says), class_="codeedu-score")
    nodes = [words, _bar(result.score, line=True)]
    if result.now != result.right:
        nodes.append(node("p", f"With retries: {result.now} of {result.of} right."))
    if not result.reached:
        nodes.append(node("p", LOCKS_NOTHING, class_="codeedu-caution"))
    return node("div", *nodes)


def _bar(share: float, *, line: bool = False) -> Node:
    """Return a bar for the eye; the words beside it say the same."""
    look = f"codeedu-bar{' codeedu-lined' if line else ''}"
    return node("span", class_=look, aria_hidden="true", data_share=f"{share:.3f}")


def _share(row: statistics.Tally) -> Node:
    return node("div", f"{row} ", _bar(row.right / row.asked))


def _by_objective(result: Result) -> Node:
    """Return a table of right and asked by objective; one sitting is too short for a tick."""
    rows = [
        {"You can": f"{row.can} (lesson {row.lesson})", "Right": _share(row)}
        for row in result.objectives
    ]
    return table_node(rows, caption="Right at the first try, by objective")


def _confusions_shown(answers: Sequence[Answer]) -> list[Node]:
    """Return which code set was taken for which: in sentences, and as a matrix of counts."""
    confusions = statistics.confusions(answers)
    if not confusions:
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
    return [*_list_of(map(str, confusions)), table_node(rows, caption=caption)]


def _count(times: int, *, right: bool) -> str:
    return f"{times} {SIGNS[right]}" if times else "0"


def _revisit(rows: Iterable[statistics.ObjectiveTally]) -> list[Node]:
    """Return a line for each of the lessons with most to read again, with its sections."""
    by_lesson: dict[str, list[statistics.ObjectiveTally]] = {}
    for row in rows:
        by_lesson.setdefault(row.lesson, []).append(row)
    most = sorted(by_lesson.items(), key=lambda pair: -sum(r.asked - r.right for r in pair[1]))
    entries = []
    for lesson, below in most[:MOST_LESSONS]:
        links = dict.fromkeys(steps.section_link(lesson, row.name) for row in below)
        sections = [part for link in links if link for part in (", ", link.node())]
        entries.append([lesson_name(lesson), ": ", *sections[1:]] if sections else [lesson])
    return bullet_list(entries, **LIST)


def _lesson_link(lesson: str) -> Node:
    row, name = tables.by("lessons", "lesson").get(lesson), lesson_name(lesson)
    return link(name, file_of(row)) if row else node("span", name)


def _beliefs_shown(rows: Iterable[statistics.Belief]) -> list[Node]:
    entries: list[list[str | Node]] = []
    for row in rows:
        entries.append([f"“{row.says}” {row.often}"])
        if row.truth:
            entries[-1] += [" ", node("strong", "In truth:"), f" {row.truth}"]
    return bullet_list(entries, **LIST)


def _list_of(texts: Iterable[str]) -> list[Node]:
    return bullet_list(([text] for text in texts), **LIST)


def _reviewed(rows: Iterable[Reviewed]) -> Node:
    """Return every answered question with a sign; its feedback, if shown yet, is folded."""
    return node("ul", *map(_reviewed_answer, rows), class_="codeedu-asked", role="list")


def _reviewed_answer(row: Reviewed) -> Node:
    look = "codeedu-good" if row.correct else "codeedu-bad"
    sign = f"{SIGNS[row.correct]} {'right' if row.correct else 'missed'}"
    mark = node("strong", sign, class_="codeedu-mark")
    line: list[str | Node] = [*inline(_first(row.stem)), " ", mark]
    if not row.feedback:
        return node("li", node("p", *line), class_=look)
    verdict = node("p", node("strong", verdict_text(row.feedback)))
    inside = [node("div", *legend(row.stem)), verdict, *reasons(row.feedback, row.notes)]
    return node("li", node("details", node("summary", *line), *inside), class_=look)


def _first(text: str) -> str:
    """Return the first paragraph of a stem, which represents the whole in a list."""
    return " ".join(text.split("```")[0].split("\n\n")[0].split()) or "A claim line"


def _headed(title: str, inside: Iterable[Node]) -> list[Node]:
    """Return a part of the result under its heading; [] when there is nothing inside."""
    parts = list(inside)
    return [node("div", node("h4", title), *parts, class_="codeedu-section")] if parts else []
