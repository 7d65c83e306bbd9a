"""Write lstm_torch.json: what torch computes for fixed cases. Run as ``python -m tests.golden.make_lstm_torch``.

Each case is drawn from its seed (`tests.reference.lstm_torch`). Of torch.nn.LSTM in float64 the file holds, for each
network, the cell outputs, the last state, and the gradient of Σ error · y; of short trainings (windows, clipping, Adam)
the weights in the end.
"""

import json
import platform
from pathlib import Path

import numpy as np

from tests.reference import lstm_torch

FILE = Path(__file__).with_name("lstm_torch.json")
SHAPES = (
    {"seed": 1, "steps": 6, "networks": 2, "inputs": 3, "cells": 2},
    {"seed": 2, "steps": 9, "networks": 3, "inputs": 2, "cells": 4},
    {"seed": 3, "steps": 1, "networks": 1, "inputs": 1, "cells": 1},
)
TRAININGS = (
    {"seed": 4, "lengths": [10, 7], "cells": 3, "window": 4, "clip_norm": None},
    {"seed": 5, "lengths": [9], "cells": 2, "window": 3, "clip_norm": 0.2},
)


def lists(arrays):
    """Arrays by name as lists."""
    return {name: np.asarray(values).tolist() for name, values in arrays.items()}


def main():
    """Compute and write."""
    import torch

    cases = []
    for shape in SHAPES:
        _, _, weights, x, error, lengths = lstm_torch.case(**shape)
        networks = []
        for k, length in enumerate(lengths):
            y, s, gradient = lstm_torch.outputs_and_gradient(weights, k, x, error, length, "float64")
            networks.append({"y_c": y.tolist(), "s": s.tolist(), "gradient": lists(gradient)})
        cases.append({"case": shape, "networks": networks})
    trainings = []
    for shape in TRAININGS:
        params, weights, block = lstm_torch.training_case(**shape)
        networks = [lists(lstm_torch.train(params, weights, k, block)) for k in range(block.replicas)]
        trainings.append({"case": shape, "networks": networks})
    content = {
        "made_by": "python -m tests.golden.make_lstm_torch",
        "versions": {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
        "cases": cases,
        "trainings": trainings,
    }
    lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in content.items())
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
