"""Make data/practice/practice_claims.csv and its answer key.

Usage: python tools/practice_claims.py

Every claim is invented: payers, members, charges. The Level II codes and their dates are real
(CMS's 2018 annual file); the few CPT codes are teaching examples. One seed, so the files come
out the same every time. A claim is drawn by its biller, with lines that belong together. A line
without an error in the key follows the rules that the lessons teach: a code is valid on its date
of service, and goes, with the modifiers that its payer wants, to a payer that takes it.
"""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "practice"
CODES = DATA.parent / "codes"
SEED, LINES = 2017, 6000
FIRST, LAST = date(2015, 10, 1), date(2018, 3, 31)  # from the first day of ICD-10-CM
PAYERS = {"Medicare": 5, "State Medicaid": 2, "Harbor Mutual": 2, "Prairie Health Plan": 2}
ALL, MEDICARE, MEDICAID, OTHERS = "MSHP", "M", "S", "SHP"  # payers by their first letters

# Who bills what: biller, place of service (a hospital's claim has none), diagnosis of the first
# line (and of the others), payers, how often, and the lines of the claim as one may write them.
CLAIMS = [
    ("clinic", "11", "E11.9", ALL, 24, "99213 | 99213 | 99214 | 99213 80053-QW"),
    ("clinic", "11", "I10", ALL, 14, "99213 | 99214 | 99214 2000F"),
    ("clinic", "11", "M54.16", MEDICARE, 3, "99213-25 96372 J1885x2 | 99214-25 96372 J1885x2"),
    ("clinic", "11", "M54.16", OTHERS, 3, "99213-25 96372 J1885x4 | 99214-25 96372 J1885x2"),
    ("clinic", "11", "M54.16", ALL, 3, "99213-25 96372 J1885x1 J1885-JWx1"),  # half of a 30 mg vial
    ("clinic", "11", "M17.11", ALL, 5, "20610-RT J3301x4 | 99213-25 20610-RT J3301x4"),
    ("clinic", "11", "J45.901", ALL, 4, "99214-25 96372 J1100x8"),
    ("clinic", "11", "N39.0", ALL, 4, "99213-25 96372 J0696x4"),
    ("clinic", "11", "Z23", MEDICARE, 5, "G0008 90686"),
    ("clinic", "11", "Z23", OTHERS, 3, "90471 90686"),
    ("clinic", "11", "Z00.00 Z23", MEDICARE, 8, "G0439 | G0439 G0008 90686"),
    ("clinic", "11", "Z00.00 Z23", OTHERS, 5, "99396 | 99396-25 90471 90686"),
    ("clinic", "11", "F32.9", ALL, 4, "H0031"),
    ("clinic", "24", "Z12.11", MEDICARE, 2, "G0121"),
    ("clinic", "24", "Z12.11", OTHERS, 2, "45378-33"),
    ("clinic", "24", "Z12.11", MEDICARE, 2, "45385-PT"),  # the screening found a polyp
    ("clinic", "24", "Z12.11", OTHERS, 2, "45385-33"),
    ("laboratory", "81", "E11.65", ALL, 6, "80053"),
    ("laboratory", "81", "D57.20", ALL, 3, "0001U"),
    ("imaging practice", "11", "R06.02", ALL, 8, "71046 | 71046-26 | 71046-TC"),
    ("imaging practice", "22", "I63.9", ALL, 3, "0042T-26"),
    ("anesthesia practice", "22", "K11.20", ALL, 15, "00100-AAx75 | 00100-QZx75 | 00100-QK-P3x75"),
    ("anesthesia practice", "21", "O80", OTHERS, 12, "01967-AAx240 | 01967-QK-P2x240"),
    ("supplier", "12", "S82.891A", ALL, 5, "E0114-NU | E0114-RR"),
    ("supplier", "12", "M17.11", ALL, 3, "E0143-NU | E0143-RR"),
    ("supplier", "12", "M17.11", MEDICARE, 1, "L1851-RT-KX"),
    ("supplier", "12", "M17.11", OTHERS, 1, "L1851-RT"),
    ("supplier", "12", "M17.12", MEDICARE, 2, "L1851-LT-KX"),
    ("supplier", "12", "M17.12", OTHERS, 2, "L1851-LT"),
    ("supplier", "12", "S83.511A", MEDICARE, 2, "L1830-RT-KX | L1830-RT-KX E0114-NU"),
    ("supplier", "12", "S83.511A", OTHERS, 2, "L1830-RT | L1830-RT E0114-NU"),
    ("supplier", "12", "J44.9", ALL, 4, "E1390-RR"),
    ("supplier", "12", "G81.91", MEDICARE, 3, "K0001-RR-KH-KX | K0001-RR-KI-KX | K0001-RR-KJ-KX"),
    ("supplier", "12", "E10.65", MEDICARE, 4, "A4253-NU-KXx6"),  # treated with insulin
    ("supplier", "12", "E11.65", MEDICARE, 3, "A4253-NU-KSx2"),
    ("supplier", "12", "E11.65", OTHERS, 3, "A4253-NUx2"),
    ("supplier", "12", "R13.10", ALL, 3, "B4035x30 B4150x540"),
    ("supplier", "12", "M54.16", OTHERS, 2, "A4467"),
    ("supplier", "12", "H52.4", OTHERS, 2, "V2020"),
    ("ambulance", "41", "S72.001A", ALL, 6, "A0429-RH A0425-RHxMILES"),
    ("ambulance", "41", "S72.001D", ALL, 5, "A0428-HN A0425-HNxMILES"),
    ("home care agency", "12", "R54", MEDICARE + MEDICAID, 5, "T1019x16"),
    ("home care agency", "12", "R54", ALL, 3, "S9123x4"),
    ("hospital", "", "E11.9", MEDICARE, 4, "G0463 | G0463 80053"),
    ("hospital", "", "E11.9", OTHERS, 3, "99213 | 99213 80053"),
    ("hospital", "", "S82.61XA", ALL, 4, "27792-RT C1713x2"),
    ("hospital", "", "M17.11", ALL, 3, "27446-RT C1776"),
    ("hospital", "", "Z51.12 C34.90", ALL, 8, "96413 J9299x240 | 96413 J9022x120"),
]  # fmt: skip
# What does not wait for Monday; all else is closed on Sundays and on three holidays.
EVERY_DAY = {"I63.9", "O80", "R54", "S72.001A", "S72.001D", "S82.61XA"}
HOLIDAYS = {(1, 1), (7, 4), (12, 25)}
FLU, NO_FLU = "90686", range(4, 9)  # no flu shots from April to August
NEVER_MEDICARE = "HST"  # first letters; such a line for Medicare is an error of the key
CHARGES = {  # for one unit; a unit of anesthesia is a minute
    "00100": 4, "0001U": 720, "0042T": 800, "01967": 3, "2000F": 0, "20610": 84,
    "27446": 4100, "27792": 2900, "45378": 690, "45385": 930, "71020": 48, "71046": 48,
    "80053": 15, "90471": 28, "90686": 19, "96372": 27, "96413": 290, "99213": 92, "99214": 131,
    "99396": 118, "A0425": 10, "A0428": 265, "A0429": 410, "A4253": 33, "A4466": 24,
    "A4467": 24, "B4035": 11, "B4150": 1, "C1713": 410, "C1776": 5200, "C9453": 27,
    "C9483": 76, "E0114": 46, "E0143": 112, "E1390": 1800, "G0008": 28, "G0121": 690,
    "G0439": 118, "G0463": 114, "H0031": 140, "J0696": 1, "J1100": 1, "J1885": 1, "J3301": 2,
    "J9022": 76, "J9299": 27, "K0001": 58, "K0901": 640, "L1830": 92, "L1851": 640,
    "S9123": 55, "T1019": 5, "V2020": 62,
}  # fmt: skip
PARTS = {"26": 0.3, "TC": 0.7, "RR": 0.1}  # of a whole test's charge, of a price: a month's rent
REVENUE = {  # the department of a hospital's line; drugs have 0636
    "27446": "0360", "27792": "0360", "80053": "0301", "96413": "0335", "99213": "0510",
    "C1713": "0278", "C1776": "0278", "G0463": "0510",
}  # fmt: skip
# The code that went before, and the first and last days of codes: "" is before or after the file.
BEFORE = {
    "71046": "71020", "A4467": "A4466", "J9022": "C9483", "J9299": "C9453", "L1851": "K0901",
}  # fmt: skip
with open(CODES / "level2.csv", encoding="utf-8") as file:
    DAYS = {row["code"]: (row["added"], row["terminated"]) for row in csv.DictReader(file)}
with open(CODES / "deleted_cpt.csv", encoding="utf-8") as file:
    DAYS |= {row["code"]: ("", row["last_day"]) for row in csv.DictReader(file)}
# No source of ours names the first day of 0001U; the claims have it from the year of 71046 on.
DAYS |= {"71046": ("2018-01-01", ""), "0001U": ("2018-01-01", "")}
with open(CODES / "sections.csv", encoding="utf-8") as file:
    CPT = [(r["first"], r["last"]) for r in csv.DictReader(file) if r["format"] == "cpt-1"]
LOOKS = {"0": "O", "1": "I", "5": "S", "8": "B", "2": "Z"}
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
LOCAL = ["W0105", "X4512", "Y2340", "Z1720"]


def spoil(kind: str, code: str, modifier: str, line: dict, rng: random.Random) -> str | None:
    """Return the procedure field with one error of `kind`, or None where it cannot happen."""
    field = "-".join(filter(None, (code, modifier)))
    match kind:
        case "glued modifier":
            return code + modifier.replace("-", "") if modifier else None
        case "lower case":
            return field.lower() if field.lower() != field else None
        case "blank":
            return rng.choice([f" {field}", f"{field} ", f"{field}\xa0", f"\u200b{field}"])
        case "lost zeros":
            return str(int(code)) if code in ("00100", "01967") else None
        case "lost zeros, decimal":
            return f"{int(code)}.0" if code in ("00100", "01967") else None
        case "look-alike":
            places = [i for i, c in enumerate(code) if c in LOOKS]
            if not places or (code[-1].isalpha() and places[-1] == 0):
                return None
            at = rng.choice(places)
            return (code[:at] + LOOKS[code[at]] + code[at + 1 :]) + field[5:]
        case "other end":
            turned = {
                code[1:] + code[0]: code[0].isalpha() and code[0] != "T",  # 1019T is good CPT
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
            return code.translate(ARABIC) + field[5:] if code.isdigit() else None
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
    "drug code in the box": (16, "ask"),
    "local code": (2, "ask"),
    "dental code": (1, "ask"),
    "empty": (2, "ask"),
}
SHARE = 0.11  # of the lines have an error of this kind
# A spreadsheet makes numbers of codes that have a column of their own: the modifiers are lost, too.
ALONE = {"lost zeros", "lost zeros, decimal"}


def active(code: str, day: str) -> bool:
    """Say whether a code was active on a day, as far as its days are known."""
    first, last = DAYS.get(code, ("", ""))
    return first <= day <= (last or day)


def coded(code: str, day: date, rng: random.Random) -> tuple[str, str] | None:
    """Return what is entered for a code on a day, and what is meant; None before there was one."""
    old = BEFORE.get(code, code)
    meant = next((one for one in (code, old) if active(one, day.isoformat())), None)
    if meant != old and meant:
        late = day - date.fromisoformat(DAYS[old][1]) < timedelta(200) and rng.random() < 0.6
        return (old if late else meant), meant
    return meant and (meant, meant)


def closed(day: date, diagnosis: str) -> bool:
    """Say whether nobody who treats this diagnosis works on that day."""
    free = day.isoweekday() == 7 or (day.month, day.day) in HOLIDAYS
    return free and diagnosis not in EVERY_DAY


def miles(payer: str, rng: random.Random) -> float:
    """Return the miles of a trip: Medicare counts in tenths, the others in whole miles."""
    tenths = rng.randrange(21, 400)
    return tenths / 10 if payer == "Medicare" else -(-tenths // 10)


def make(rng: random.Random) -> tuple[list[dict], list[dict]]:
    """Return the lines of the claims and the answer key, a row for each line."""
    lines, key, number = [], [], 1
    while len(lines) < LINES:
        biller, place, diagnoses, payers, _, ways = rng.choices(CLAIMS, [c[4] for c in CLAIMS])[0]
        taking = [payer for payer in PAYERS if payer[0] in payers]
        payer = rng.choices(taking, [PAYERS[payer] for payer in taking])[0]
        day = FIRST + timedelta(rng.randrange((LAST - FIRST).days + 1))
        services = [one.partition("x") for one in rng.choice(ways.split(" | ")).split()]
        codes = [coded(service[:5], day, rng) for service, _, _ in services]
        if None in codes or len(lines) + len(services) > LINES:
            continue
        if closed(day, diagnoses.split()[0]) or (FLU in dict(codes) and day.month in NO_FLU):
            continue
        ride = miles(payer, rng)
        both = zip(services, codes, strict=True)
        for at, ((service, _, count), (code, meant)) in enumerate(both, 1):
            units = ride if count == "MILES" else int(count or 1)
            line = {
                "claim": f"C{number:05d}",
                "line": at,
                "payer": payer,
                "biller": biller,
                "form": "professional" if place else "institutional",
                "date_of_service": day.isoformat(),
                "place_of_service": place,
                "revenue_code": "" if place else REVENUE.get(code, "0636"),
                "procedure": code + service[5:],
                "diagnosis": diagnoses.split()[0 if at == 1 else -1],
                "units": f"{units:g}",
                "charge": round(units * CHARGES[code] * PARTS.get(service[6:], 1)),
            }
            error, action = fault(code, meant, service[6:], line, rng)
            lines.append(line)
            intended = meant if error in ALONE else meant + service[5:]
            answer = {"error": error, "action": action, "meant": intended}
            key.append({"claim": line["claim"], "line": line["line"]} | answer)
        number += 1
    return lines, key


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
    """Say whether no list shows that the code is wrong. Of CPT there are only the sections."""
    code = line["procedure"][:5]
    if code[:4].isdigit() and code[4] in "TU":  # lists of their own, which we do not have
        return True
    in_cpt = code.isdigit() and any(first <= code <= last for first, last in CPT)
    return active(code, line["date_of_service"]) and (code in DAYS or in_cpt)


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
