"""Draw the pictures that the lessons show anew: `python -m codeedu.figures`."""

from codeedu.figures import DRAWINGS
from codeedu.figures.ink import KEPT, name, render

if __name__ == "__main__":
    KEPT.mkdir(exist_ok=True)
    for old in KEPT.glob("*.png"):
        old.unlink()
    for what, drawing in DRAWINGS.items():
        paper = drawing()[0]
        (KEPT / name(paper)).write_bytes(render(paper))
        print(f"{what}: {name(paper)}")
