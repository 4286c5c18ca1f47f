"""Make data/practice/practice_claims.csv, its answer key and the small release that goes with it.

Usage: python tools/practice_claims.py

Every claim is invented: payers, members, charges. The Level II codes and their dates are real
(CMS's 2018 annual file); the few CPT codes are teaching examples. One seed, so the files come
out the same every time. A line without an error in the key follows the rules that the lessons
teach: a code is valid on its date of service, and goes to a payer that takes it.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "practice"
LEVEL2 = DATA.parent / "codes" / "level2.csv"
SEED, LINES = 2003, 6000
FIRST, LAST = date(2015, 10, 1), date(2018, 3, 31)  # from the first day of ICD-10-CM
PAYERS = ["Medicare", "State Medicaid", "Harbor Mutual", "Prairie Health Plan"]
NEW_IN_2018 = date(2018, 1, 1)  # 71046 replaced 71020; 0001U is in the CPT book from then on

# What a clinic, a supplier, an ambulance company and a hospital bill: code, modifiers it may
# carry, typical units, charge per unit, claim form, place of service, diagnosis, weight.
SCREENING = "of a screening"  # the modifier depends on the payer
SERVICES = [
    ("99213", ["25", ""], 1, 92, "professional", "11", "E11.9", 16),
    ("99214", ["25", ""], 1, 131, "professional", "11", "I10", 9),
    ("96372", ["", "59"], 1, 27, "professional", "11", "M54.16", 6),
    ("00100", ["P3", "", ""], 1, 310, "professional", "22", "K11.20", 5),
    ("01967", ["P2", "", ""], 1, 520, "professional", "21", "O80", 5),
    ("71020", ["", "26", "TC"], 1, 48, "professional", "22", "R05", 4),
    ("71046", ["", "26", "TC"], 1, 48, "professional", "22", "R05", 4),
    ("80053", ["", "QW"], 1, 15, "professional", "81", "E11.65", 5),
    ("0042T", [""], 1, 240, "professional", "22", "I63.9", 1),
    ("0001U", [""], 1, 720, "professional", "81", "D68.9", 1),
    ("2000F", [""], 1, 0, "professional", "11", "I10", 2),
    ("J1885", ["", "JW"], 4, 1, "professional", "11", "M54.16", 6),
    ("J3301", [""], 4, 2, "professional", "11", "M17.11", 4),
    ("J1100", [""], 8, 1, "professional", "11", "J45.901", 3),
    ("J0696", [""], 4, 1, "professional", "11", "N39.0", 3),
    ("G0008", [""], 1, 28, "professional", "11", "Z23", 6),
    ("90471", [""], 1, 28, "professional", "11", "Z23", 3),
    ("G0439", [""], 1, 118, "professional", "11", "Z00.00", 6),
    ("99396", [""], 1, 118, "professional", "11", "Z00.00", 3),
    ("G0121", [""], 1, 690, "professional", "24", "Z12.11", 2),
    ("45378", ["33"], 1, 690, "professional", "24", "Z12.11", 2),
    ("45385", [SCREENING], 1, 930, "professional", "24", "Z12.11", 2),
    ("A0428", ["RH", "HN"], 1, 265, "professional", "41", "S72.001A", 3),
    ("A0425", ["RH", "HN"], 12, 8, "professional", "41", "S72.001A", 3),
    ("E0114", ["NU", "RR"], 1, 46, "professional", "12", "S82.891A", 3),
    ("E0143", ["NU", "RR"], 1, 112, "professional", "12", "M17.11", 2),
    ("E1390", ["RR"], 1, 180, "professional", "12", "J44.9", 2),
    ("L1830", ["RT", "LT"], 1, 92, "professional", "12", "S83.511A", 2),
    ("A4253", ["NU", "KX"], 2, 33, "professional", "12", "E11.65", 3),
    ("B4035", [""], 30, 11, "professional", "12", "R13.10", 1),
    ("V2020", [""], 1, 62, "professional", "11", "H52.4", 1),
    ("C1713", [""], 2, 410, "institutional", "", "S82.891A", 2),
    ("C1776", [""], 1, 5200, "institutional", "", "M17.11", 1),
    ("G0463", [""], 1, 114, "institutional", "", "E11.9", 2),
    ("99213", [""], 1, 114, "institutional", "", "E11.9", 2),
    ("T1019", [""], 16, 5, "professional", "12", "R54", 2),
    ("H0031", [""], 1, 140, "professional", "11", "F32.9", 2),
    ("S9123", [""], 4, 55, "professional", "12", "R54", 1),
]
# Codes of Medicare's own, and what other payers want in their place. A T code is for Medicaid.
MEDICARE_ONLY = {"G0008", "G0439", "G0121", "G0463"}
OTHERS_ONLY = {"90471", "99396", "45378"}
NEVER_MEDICARE = "HST"  # first letters; such a line for Medicare is an error of the key
# Level II codes that ended: successor, first and last day (CMS's 2018 annual file), units, charge.
ENDED = {
    "C9025": ("J9308", date(2014, 10, 1), date(2015, 12, 31), 60, 58),
    "C9453": ("J9299", date(2015, 7, 1), date(2015, 12, 31), 240, 27),
    "A4466": ("A4467", date(2010, 1, 1), date(2016, 12, 31), 1, 24),
    "K0901": ("L1851", date(2014, 10, 1), date(2016, 12, 31), 1, 640),
    "C9483": ("J9022", date(2016, 10, 1), date(2017, 12, 31), 120, 76),
}
REVENUE = {"C1713": "0278", "C1776": "0278", "G0463": "0510", "99213": "0510"}
LOOKS = {"0": "O", "1": "I", "5": "S", "8": "B", "2": "Z"}
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
with open(LEVEL2, encoding="utf-8") as file:
    LISTED = {row["code"]: row for row in csv.DictReader(file) if row["kind"] == "code"}
LOCAL = ["W0105", "X4512", "Y2340", "Z1720"]


def spoil(kind: str, code: str, modifier: str, line: dict, rng: random.Random) -> str | None:
    """Return the procedure field with one error of `kind`, or None where it cannot happen."""
    field = "-".join(filter(None, (code, modifier)))
    match kind:
        case "glued modifier":
            return code + modifier if modifier else None
        case "lower case":
            return field.lower() if field.lower() != field else None
        case "blank":
            return rng.choice([f" {field}", f"{field} ", f"{field}\xa0", f"\u200b{field}"])
        case "lost zeros":
            return str(int(code)) if code in ("00100", "01967") and not modifier else None
        case "lost zeros, decimal":
            return f"{int(code)}.0" if code in ("00100", "01967") and not modifier else None
        case "look-alike":
            places = [i for i, c in enumerate(code) if c in LOOKS]
            if not places or (code[-1].isalpha() and places[-1] == 0):
                return None
            at = rng.choice(places)
            return (code[:at] + LOOKS[code[at]] + code[at + 1 :]) + field[5:]
        case "other end":
            turned = {
                code[1:] + code[0]: code[0].isalpha(),
                code[-1] + code[:-1]: code[-1].isalpha(),
            }
            return next((text + field[5:] for text, real in turned.items() if real), None)
        case "swapped neighbors":
            places = [
                i
                for i in range(1, 4)
                if code[i].isdigit() and code[i] != code[i + 1] and code[i + 1].isdigit()
            ]
            at = rng.choice(places) if places else 0
            return code[:at] + code[at + 1] + code[at] + code[at + 2 :] + field[5:] if at else None
        case "other script":
            return code.translate(ARABIC) if code.isdigit() else None
        case "dash":
            return f"{code}\u2013{modifier}" if modifier else None
        case "name in front":
            return f"{'HCPCS' if code[0].isalpha() else 'CPT'}: {field}"
        case "diagnosis in the box":
            return line["diagnosis"].replace(".", "") if len(line["diagnosis"]) > 5 else None
        case "revenue code in the box":
            return line["revenue_code"] or None
        case "drug code in the box":
            return "00409-3795-01" if code == "J1885" else None
        case "local code":
            return rng.choice(LOCAL)
        case "dental code":
            return rng.choice(["D0120", "D1110"])
        case "empty":
            return ""
    return None


# kind: how often, among the errors that a line can have, and whether it can be mended alone
ERRORS = {
    "lost zeros": (30, "mend"),
    "lost zeros, decimal": (12, "ask"),
    "glued modifier": (10, "mend"),
    "lower case": (3, "mend"),
    "blank": (5, "mend"),
    "dash": (3, "mend"),
    "name in front": (2, "mend"),
    "look-alike": (5, "ask"),
    "other end": (2, "ask"),
    "swapped neighbors": (2, "unseen"),  # or "ask", where a list shows it
    "other script": (1, "ask"),
    "diagnosis in the box": (6, "ask"),
    "revenue code in the box": (8, "ask"),
    "drug code in the box": (4, "ask"),
    "local code": (2, "ask"),
    "dental code": (1, "ask"),
    "empty": (2, "ask"),
}
SHARE = 0.11  # of the lines have an error of this kind


def fits(code: str, form: str, payer: str, day: date) -> bool:
    """Say whether a code may stand on a line; H, S and T for Medicare may, as an error."""
    match code:
        case "71020":
            return day < NEW_IN_2018
        case "71046" | "0001U":
            return day >= NEW_IN_2018
        case "99213" if form == "institutional":
            return payer != "Medicare"
        case "T1019":
            return payer in ("Medicare", "State Medicaid")
    return code not in (OTHERS_ONLY if payer == "Medicare" else MEDICARE_ONLY)


def service(form: str, payer: str, day: date, rng: random.Random) -> tuple:
    """Return code, meant code, modifier, units, charge, place of service and diagnosis."""
    if rng.random() < (0.25 if form == "institutional" else 0.02):
        fitting = [
            old
            for old, (_, first, *_rest) in ENDED.items()
            if old.startswith("C") == (form == "institutional")
            and first <= day
            and not (old == "A4466" and payer == "Medicare")  # the belts have coverage M
        ]
        old = rng.choice(fitting)
        new, _, last, units, charge = ENDED[old]
        code = old if day <= last or (day - last < timedelta(200) and rng.random() < 0.6) else new
        place, diagnosis = ("", "C34.90") if form == "institutional" else ("12", "M17.11")
        return code, old if day <= last else new, "", units, charge, place, diagnosis
    offered = [row for row in SERVICES if row[4] == form and fits(row[0], form, payer, day)]
    row = rng.choices(offered, [row[-1] for row in offered])[0]
    code, modifiers, units, charge, _, place, diagnosis, _ = row
    modifier = rng.choice(modifiers)
    if modifier == SCREENING:  # polyps removed: the code of what was done, and that it began so
        modifier = "PT" if payer == "Medicare" else "33"
    return code, code, modifier, units, charge, place, diagnosis


def make(rng: random.Random) -> tuple[list[dict], list[dict]]:
    """Return the lines of the claims and the answer key, a row for each line."""
    lines, key = [], []
    while len(lines) < LINES:
        claim = f"C{len(lines) + 1:05d}"
        form = rng.choices(["professional", "institutional"], [9, 1])[0]
        payer = rng.choices(PAYERS, [5, 2, 2, 2])[0]
        day = FIRST + timedelta(rng.randrange((LAST - FIRST).days + 1))
        services = []
        for _ in range(rng.choice([1, 2, 2, 3])):
            one = service(form, payer, day, rng)
            if one[2] == "JW":  # half of a 30 mg vial of ketorolac: 15 mg given, 15 thrown away
                half = (*one[:2], "JW", 1, *one[4:])
                services += [(*half[:2], "", *half[3:]), half]
            else:
                services.append(one)
        for number, one in enumerate(services, 1):
            code, meant, modifier, units, charge, place, dx = one
            line = {
                "claim": claim,
                "line": number,
                "payer": payer,
                "form": form,
                "date_of_service": day.isoformat(),
                "place_of_service": place,
                "revenue_code": REVENUE.get(code, "0636") if form == "institutional" else "",
                "procedure": "-".join(filter(None, (code, modifier))),
                "diagnosis": dx,
                "units": units,
                "charge": units * charge,
            }
            error, action = fault(code, meant, modifier, line, rng)
            lines.append(line)
            whole = "-".join(filter(None, (meant, modifier)))
            key.append(
                {"claim": claim, "line": number, "error": error, "action": action, "meant": whole}
            )
    return lines[:LINES], key[:LINES]


def fault(code: str, meant: str, modifier: str, line: dict, rng: random.Random) -> tuple[str, str]:
    """Spoil the procedure of `line` now and then; return the error and what to do, or blanks."""
    if code != meant:
        return "ended before the date of service", "ask"
    if code[0] in NEVER_MEDICARE and line["payer"] == "Medicare":
        return "not for this payer", "ask"
    if rng.random() < SHARE:
        spoiled = {kind: spoil(kind, code, modifier, line, rng) for kind in ERRORS}
        possible = [kind for kind, field in spoiled.items() if field is not None]
        kind = rng.choices(possible, [ERRORS[kind][0] for kind in possible])[0]
        line["procedure"] = spoiled[kind]
        if kind == "glued modifier" and spoiled[kind].isdigit():
            return "glued digits", "ask"  # seven digits can be another number, too
        if kind == "swapped neighbors" and not is_good(line):
            return kind, "ask"
        return kind, ERRORS[kind][1]
    return "", ""


def is_good(line: dict) -> bool:
    """Say whether no list shows that the code is wrong. CMS's list has no CPT."""
    code, day = line["procedure"][:5], line["date_of_service"]
    if code in LISTED:
        return LISTED[code]["added"] <= day <= (LISTED[code]["terminated"] or day)
    return code.isdigit()


def write(name: str, rows: list[dict]) -> None:
    """Write the rows as a table of `data/`."""
    with open(DATA / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    claims, answers = make(random.Random(SEED))
    write("practice_claims.csv", claims)
    write("practice_claims_key.csv", answers)
