"""The class report: what to do next, who needs a word, and words in place of ids."""

import re
from html import unescape

import pandas as pd
import pytest
from records import ITEM, OTHERS, TEN, WRONG, line, marked, write

import classroom
import codeedu
from codeedu import tables
from codeedu.cli import main
from codeedu.questions import kinds
from codeedu.questions.bank import by_id
from codeedu.teach.gradebook import report
from codeedu.teach.gradebook.book import Gradebook


@pytest.fixture(scope="module")
def thirty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    classroom.write(folder)
    return codeedu.gradebook(folder)


def test_the_report_says_what_to_do_next(thirty):
    miskeyed = by_id()[classroom.MISKEYED]
    assert report.next_steps(thirty) == [
        (
            "Print a worksheet, with its key, on “put the events that ended Level III in order” "
            "(32%), “tell an ICD-10-CM code that lost its dot from a Level II code” (68%), and "
            "“explain why local codes could not live with a national standard, and what took "
            "their place” (69%):",
            "codeedu export --to worksheet --objective 04-timeline 05-lost-dot 04-why-they-ended "
            "--items 8 --seed 1 -o week.html",
        ),
        (
            "Or hand out ten questions on lesson 04, which codeedu marks:",
            "codeedu assignment new --lesson 04 --items 10 --seed 1 -o handout/",
        ),
        (
            "If the key of “A0428 and A4253 share a letter. Do they share a section?” is wrong, "
            "correct it, or add this row to decisions.csv in your custom folder, and run the "
            "command again:",
            "decision,item,version,learner,answer,date,reason,by\n"
            f'also right,{classroom.MISKEYED},{miskeyed.seen},,"no: A0428 is CPT",,,',
        ),
    ]


def test_the_command_says_what_to_do_next(tmp_path, capsys):
    write(tmp_path, "maria.jsonl", [line(right=False), *TEN[1:]])
    assert main(["gradebook", str(tmp_path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "    codeedu assignment new --lesson 05 --items 10 --seed 1 -o handout/" in said


def test_no_command_holds_what_a_record_holds(tmp_path):
    """An objective of no bank here, or one with a lesson of its own, is in no command."""
    odd = [
        line(item, minute=at) | {"item": f"x-{at}", "correct": False, "score": 0, **about}
        for at, (item, about) in enumerate(
            [
                (ITEM, {"objective": "a; rm -rf ."}),
                (OTHERS[0], {"lesson": "$(rm -rf .)"}),
                (OTHERS[1], {"objective": "-o"}),
            ]
        )
    ]
    write(tmp_path, "ada.jsonl", [*odd, *TEN])
    book = codeedu.gradebook(tmp_path)
    assert "a; rm -rf ." in set(book.hardest["objective"])
    copied = " ".join(copy for _, copy in report.next_steps(book))
    assert "rm" not in copied
    assert "--objective -o" not in copied
    assert "codeedu export" in copied


MIXED = [
    # learners of 40 who took CPT for NDC and how often each, then HCPCS Level II for NDC
    ((2, 2), (14, 1), "HCPCS Level II"),  # a trifle, at a higher rate
    ((5, 1), (5, 2), "HCPCS Level II"),  # as many learners: more often
    ((5, 2), (5, 2), "CPT"),  # as many learners, as often: at a higher rate
    ((3, 2), (3, 2), ""),  # less than a tenth of the class
    ((4, 2), (3, 2), "CPT"),
]


@pytest.mark.parametrize(("cpt", "level_2", "first"), MIXED)
def test_what_most_learners_mix_up_comes_first(cpt, level_2, first):
    """What was right is asked ten times as often of Level II."""
    rows = [
        (actual, "NDC", learners * each, learners, of)
        for actual, (learners, each), of in (("CPT", cpt, 20), ("HCPCS Level II", level_2, 200))
    ]

    class Forty(Gradebook):
        names = range(40)
        confusions = pd.DataFrame(rows, columns=["actual", "chosen", "times", "learners", "of"])

    found = report.mix_ups(Forty(None, ""))
    assert list(found["actual"].head(1)) == [first] * bool(first)


def test_who_needs_a_word_is_named_with_the_reason_and_the_weakest_objective(thirty):
    assert report.people(thirty) == {
        "learner-03": ["34% right at the first try"],
        "learner-19": ["47% right at the first try"],
        "learner-11": ["47% right at the first try"],
        "learner-07": ["2 of 8 quizzes"],
        "learner-23": ["2 of 8 quizzes"],
    }
    part = thirty.report().split("Who needs a word")[1].split("Hardest objectives")[0]
    can = tables.by("objectives", "objective")["04-why-they-ended"]["can"]
    assert f"<td>34% right at the first try</td><td>{can}</td>" in part


def test_who_was_late_or_handed_in_nothing_is_named(tmp_path):
    write(tmp_path, "maria.jsonl", TEN)
    write(tmp_path, "paul.jsonl", [{**answer, "seconds": 9.0} for answer in TEN])
    book = codeedu.gradebook(tmp_path)

    class Late(type(book)):
        absent = ("Zoe <b>",)
        lessons = book.lessons.assign(late=[2.0, float("nan")])

    late = Late(book.collected, "")
    assert report.findings(late)[0] == "Behind or late: maria (lesson 05 2 days late)."
    assert report.people(late) == {"maria": ["lesson 05 2 days late"]}
    page = late.report()
    assert "Handed in nothing: Zoe &lt;b&gt;." in page
    assert "<td>100, 2 days late</td>" in page


def test_nobody_needs_a_word(tmp_path):
    write(tmp_path, "maria.jsonl", TEN)
    assert "<p>Learners who are behind or late: none.</p>" in codeedu.gradebook(tmp_path).report()


def test_ids_are_in_the_appendix_and_in_what_is_copied_only(thirty):
    first, appendix = thirty.report().split('<section class="codeedu-appendix">')
    first = re.sub(r"(?s)<style>.*?</style>|<pre>.*?</pre>", "", first)
    assert not re.search(r"\b0\d-[a-z]+-[a-z]", first)
    assert "<small>04-timeline</small>" in appendix
    assert f"<small>{classroom.MISKEYED}</small>" in appendix


def test_questions_are_there_in_full_with_the_right_answer(thirty):
    page = thirty.report()
    assert "characters)" not in page
    assert "`" not in page
    item = by_id()[classroom.MISKEYED]
    assert "<td><div>no: A0428 is transport, A4253 a supply</div>" in page
    assert re.sub(r"<.*?>", "", page).count(item.stem.replace("`", "")) == 3


def test_notes_are_counted_apart_from_files(tmp_path):
    write(tmp_path, "maria.jsonl", [*TEN, line(right=True, minute=10, correct=False)])
    (tmp_path / "none.jsonl").write_bytes(b"")
    book = codeedu.gradebook(tmp_path)
    assert repr(book) == "1 learner, 11 answers. 2 files read, 2 notes."
    assert '<a href="#files">Read the 2 notes</a>' in book.report()


def test_the_most_chosen_wrong_answer_is_said_with_the_right_one(tmp_path):
    for n in range(5):
        write(tmp_path, f"{n}.jsonl", [line(right=False, seconds=n + 0.5)])
    right = kinds.KINDS[ITEM.kind].answer(ITEM)
    assert report.findings(codeedu.gradebook(tmp_path))[-1] == (
        f"Most chosen wrong answer: “{ITEM.options[WRONG].text}”, by 5 learners, to "
        f"“{ITEM.stem.replace('`', '')}” Right is “{right}”."
    )


def test_nothing_of_a_name_or_a_record_is_markup(tmp_path):
    hostile = marked(OTHERS[0], "<script>`x`", 1, 0, right=False)
    hostile |= {"objective": "<img src=x>", "chosen": "<b>", "actual": "NDC", "item": "</pre>"}
    write(tmp_path, "<i>ada.jsonl", [line(), hostile])
    page = codeedu.gradebook(tmp_path).report()
    assert not re.search(r"<(script|img src|i>|b>)", page)
    assert "<i>ada" in unescape(page)
