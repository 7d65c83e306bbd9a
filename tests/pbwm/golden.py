"""Reading the numbers measured in the reference simulation (`tests/golden/leabra`)."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).parents[1] / "golden" / "leabra"


def columns(name):
    """The columns of a CSV file by name: float64, or booleans for true and false."""
    with (GOLDEN / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    truth = {"true": 1.0, "false": 0.0}
    return {
        key: np.array([truth[row[key]] if row[key] in truth else float(row[key]) for row in rows]) for key in rows[0]
    }


def read(name):
    opened = gzip.open if name.endswith(".gz") else open
    with opened(GOLDEN / name, "rt", encoding="utf-8") as file:
        return json.load(file)
