"""Tables of an invented grid, as a planner has them: feeders with names that must not get out."""

from tocsin.planning.feeder_file import HALVES

HOSPITAL = "wolfberry-hospital"


def feeders(folder):
    """Write a table of 24 feeders in four queues, one of them protected."""
    rows = ["feeder,queue,zone,megawatts,class,people"]
    rows += [
        f"wolfberry-{at:02},{at % 4 // 2 + 1}.{at % 2 + 1},city,2,ordinary,900" for at in range(23)
    ]
    rows += [f"{HOSPITAL},1.1,city,2,protected,"]
    return _written(folder / "feeders.csv", rows)


def reduction(folder, megawatts=6, dates=("",)):
    """Write what is required: the same in every half-hour of some days."""
    rows = ["date,from,megawatts"]
    rows += [f"{date},{half},{megawatts}" for date in dates for half in HALVES]
    return _written(folder / "reduction.csv", rows)


def _written(path, rows):
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
