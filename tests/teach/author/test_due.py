"""What has come up for review is said, and stops nothing."""

from datetime import date

from codeedu import tables
from codeedu.cli import main
from codeedu.teach.author import due


def test_lists_are_late_from_the_day_of_the_next_one():
    assert list(due.later_lists(date(2026, 3, 31))) == []
    assert list(due.later_lists(date(2026, 11, 30))) == [
        "HCPCS Level II of January 2026: 3 later lists were due by now, the last on October 1, "
        "2026.",
        "ICD-10-CM of April 2026: 1 later list was due by now, on October 1, 2026.",
        "CPT numbers of April 2026: 2 later lists were due by now, the last on October 1, 2026.",
    ]
    assert "5 later lists" in next(due.later_lists(date(2027, 4, 1)))


def test_a_check_ends_with_a_notice_and_no_error(capsys):
    assert main(["check", str(tables.DATA / "practice" / "questions" / "01.toml")]) == 0
    *_, notice, _, last = capsys.readouterr().out.splitlines()
    assert notice.startswith("notice: CPT numbers of April 2026: ")
    assert last.startswith("no problems, ")


def test_rows_past_their_day_are_named(tmp_path, capsys):
    path = tmp_path / "numbers.csv"
    path.write_text("number,review_by\n99213,2020-01-31\n99214,2999-01-01\n99215,soon\n")
    assert main(["check", str(path)]) == 0
    first, second, read, last = capsys.readouterr().out.splitlines()
    assert first.endswith(
        "numbers.csv, line 2, 99213: warning: its review was due by 2020-01-31. Read it again, "
        "then set a new date."
    )
    assert second.endswith("line 4, 99215: warning: `review_by` is 'soon', not a date. Write it as "
                           "2027-11-30.")  # fmt: skip
    assert (read, last) == ("Read: 1 dated file.", "no problems, 2 warnings.")


def test_a_row_is_due_the_day_after(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("number,review_by\n99213,2026-11-30\n")
    assert due.rows_due(path, date(2026, 11, 30)) == []
    assert len(due.rows_due(path, date(2026, 12, 1))) == 1
