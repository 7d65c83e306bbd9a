"""Thousands of inputs, in processes that may die: ``python -m tests.fuzz.campaign``, run by `make fuzz`."""

import subprocess
import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from tests.fuzz.child import BUILDERS

ROOT = Path(__file__).parents[2]
OUTCOMES = ("rejected", "stopped", "ran")
AT_ONCE = 2000
"""Inputs of one process."""


def campaign(models, inputs, first=0, child="tests.fuzz.child"):
    """Outcomes of `inputs` inputs: a count by outcome, and failures by number.

    `models` are names separated by commas, an argument of the module that is run as the `child`.
    """
    counts, faults, number = Counter(), {}, first
    while number < first + inputs:
        count = min(AT_ONCE, first + inputs - number)
        command = [sys.executable, "-m", child, models, str(number), str(count)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        said = done.stdout.splitlines()
        for i, outcome in enumerate(said):
            counts[outcome if outcome in OUTCOMES else "traceback" if outcome.startswith("traceback") else "wrong"] += 1
            if outcome not in OUTCOMES:
                faults[number + i] = outcome
        number += len(said)
        if done.returncode != 0:
            counts["dead"] += 1
            last = (done.stderr.strip().splitlines() or [""])[-1]
            faults[number] = f"the process ended with {done.returncode}: {last}"
            number += 1
    return counts, faults


def main():
    parser = ArgumentParser(description="Give spoiled arrays to the models, in processes that may die.")
    parser.add_argument("models", nargs="*", default=list(BUILDERS))
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    print("| model | inputs | rejected | ran | stopped | tracebacks | other networks changed | dead processes |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    failed = False
    for model in given.models:
        counts, faults = campaign(model, given.inputs, given.first)
        cells = (given.inputs, *(counts[name] for name in ("rejected", "ran", "stopped", "traceback", "wrong", "dead")))
        print(f"| `{model}` | {' | '.join(map(str, cells))} |", flush=True)
        for number, fault in list(faults.items())[:20]:
            print(f"    {model}, input {number}: {fault}", file=sys.stderr, flush=True)
        failed |= bool(faults)
    sys.exit(failed)


if __name__ == "__main__":
    main()
