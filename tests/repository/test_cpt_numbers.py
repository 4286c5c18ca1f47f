"""The CPT numbers and diagnoses that the course teaches: alive, or with their date beside them.

tests/data/cpt_numbers.csv says what was last known of each number: alive, deleted, or no code,
and as what such a string is named: an edge of a range, a slip, or another number. Words
are not in it. tests/data/diagnoses.csv says of each diagnosis whether it may be billed.
"""

import csv
import json
import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

from codeedu import tables

ROOT = Path(__file__).parents[2]
STATES = {"alive", "deleted", "edge", "slip", "other"}
FORM = re.compile(
    r"(?<![0-9A-Za-z,.$#/=_-])([0-9]{5}|[0-9]{4}[AFMTU]|D[0-9]{4})"
    r"(?=[A-Z0-9]{2}(?![0-9A-Za-z])|(?![0-9A-Za-z]))(?![.,][0-9])(?!-[0-9]{3,4}(?![0-9]))"
)
DIAGNOSIS = re.compile(r"(?<![0-9A-Za-z.])[A-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}(?![0-9A-Za-z])")
ENDED = re.compile("deleted|ended|until|retired|last day")
NO_TEXT = {
    "collisions",
    "icd10cm",
    "level2",
    "medicaid_claims",
    "practice_claims",
    "practice_claims_key",
}
NOT_BILLABLE = re.compile(
    "heading|more characters|not complete|not listed|no code|no such|not in|not exist|not a "
)


def read(name):
    """Return the rows of a table of tests/data by their first column."""
    with open(ROOT / "tests" / "data" / name, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first = next(iter(rows[0]))
    found = {row[first]: row for row in rows}
    assert len(found) == len(rows)
    assert list(found) == sorted(found)
    return found


NUMBERS, DIAGNOSES = read("cpt_numbers.csv"), read("diagnoses.csv")


def places():
    """Yield every text that may teach a number: its file, its place there, and the text."""
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield path.name, f"cell {cell['id']}", "".join(cell["source"])
    for path in sorted(ROOT.glob("data/practice/questions/*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for item in (*data.get("item", ()), *data.get("case", ())):
            yield path.name, item["id"], json.dumps(item, default=str, ensure_ascii=False)
    for folder in ("course", "codes", "practice"):
        for path in sorted(ROOT.glob(f"data/{folder}/*.csv")):
            if path.stem not in NO_TEXT:
                for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                    yield path.name, f"line {at}", line
    for path in sorted([*ROOT.glob("codeedu/**/*.py"), ROOT / "docs" / "question-bank.md"]):
        text = path.read_text(encoding="utf-8")
        for at, part in enumerate(text.split("\n\n"), 1):
            yield path.name, f"paragraph {at}", part


def numbers_in(text):
    """Return the strings in the form of CPT or CDT that a text holds, diagnoses left out."""
    found = set(FORM.findall(text))
    return {n for n in found if not (n[0] == "D" and n in tables.by("icd10cm", "code"))}


def test_each_number_has_a_state_a_source_and_its_days():
    sources = tables.by("sources", "id")
    for number, row in NUMBERS.items():
        assert row["state"] in STATES, number
        assert row["source"] in sources, number
        assert date.fromisoformat(row["checked_on"]), number
        assert bool(row["until"]) is (row["state"] == "deleted"), number
        assert date.fromisoformat(row["review_by"]) > date.fromisoformat(row["checked_on"]), number
    deleted = {row["code"]: row["last_day"] for row in tables.rows("deleted_cpt")}
    for number, row in NUMBERS.items():
        if number in deleted:
            assert (row["state"], row["until"]) == ("deleted", deleted[number])


def test_every_number_that_the_course_names_is_in_the_table():
    unknown = [
        f"{file}, {place}: {number}"
        for file, place, text in places()
        for number in sorted(numbers_in(text) - set(NUMBERS))
    ]
    assert unknown == [], "\n" + "\n".join(unknown)


def test_a_number_that_ended_has_its_date_beside_it():
    undated = []
    for file, place, text in places():
        for number in sorted(numbers_in(text) & set(NUMBERS)):
            row = NUMBERS[number]
            if row["state"] != "deleted":
                continue
            last = date.fromisoformat(row["until"])
            years = {str(last.year), str((last + timedelta(days=1)).year)}
            if not ENDED.search(text) and not any(year in text for year in years):
                undated.append(f"{file}, {place}: {number} ended {last}")
    assert undated == [], "\n" + "\n".join(undated)


def test_every_diagnosis_may_be_billed_or_is_said_not_to_be():
    wrong = []
    for file, place, text in places():
        for code in sorted(set(DIAGNOSIS.findall(text))):
            string = code.replace(".", "")
            known = DIAGNOSES.get(code, {}).get("state")
            if len(string) == 5 and string[1:].isdigit():
                row = tables.by("icd10cm", "code").get(string)
                known = "not a code" if row is None else ("heading", "billable")[
                    row["billable"] == "yes"
                ]  # fmt: skip
            if known is None:
                wrong.append(f"{file}, {place}: {code} is not in tests/data/diagnoses.csv")
            elif known != "billable" and not NOT_BILLABLE.search(text):
                wrong.append(f"{file}, {place}: {code} is {known}, and the text does not say so")
    assert wrong == [], "\n" + "\n".join(wrong)


def test_the_practice_file_bills_codes_of_its_days():
    lines = zip(tables.rows("practice_claims"), tables.rows("practice_claims_key"), strict=True)
    for line, key in lines:
        number, day = key["meant"][:5], line["date_of_service"]
        if FORM.fullmatch(number):
            row = NUMBERS[number]
            assert row["state"] in ("alive", "deleted"), number
            assert row["from"] <= day <= (row["until"] or day), key
        string = line["diagnosis"].replace(".", "")
        listed = tables.by("icd10cm", "code").get(string, {}).get("billable") == "yes"
        assert listed or DIAGNOSES[line["diagnosis"]]["state"] == "billable", line
