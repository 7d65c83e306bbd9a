"""Write lstm_torch.json and gru_torch.json: what torch computes for fixed cases.

Run as ``python -m tests.golden.make_lstm_torch``. Each case is drawn from its seed (`tests.reference.lstm_torch`,
`gru_torch`). For torch.nn.LSTM and a subLSTM in torch, in float64, the file has the cell outputs, the last state, and
the gradient of Σ error · y of each network; for short trainings (windows, clipping, Adam), torch.nn.GRU included, the
final weights.
"""

import json
import platform
from pathlib import Path

import numpy as np

from tests.reference import gru_torch, lstm_torch
from tests.reference.lstm_cases import of_network

HERE = Path(__file__)
SHAPES = (
    {"seed": 1, "steps": 6, "networks": 2, "inputs": 3, "cells": 2},
    {"seed": 2, "steps": 9, "networks": 3, "inputs": 2, "cells": 4},
    {"seed": 3, "steps": 1, "networks": 1, "inputs": 1, "cells": 1},
    {"seed": 8, "steps": 7, "networks": 2, "inputs": 3, "cells": 3, "form": "costa_2017"},
)
TRAININGS = (
    {"seed": 4, "lengths": [10, 7], "cells": 3, "window": 4, "clip_norm": None},
    {"seed": 5, "lengths": [9], "cells": 2, "window": 3, "clip_norm": 0.2},
    {"seed": 9, "lengths": [8, 11], "cells": 3, "window": 4, "clip_norm": 0.2, "form": "costa_2017"},
)

GRU_TRAININGS = (
    {"seed": 6, "lengths": [10, 7], "hidden": 3, "window": 4, "clip_norm": None},
    {"seed": 7, "lengths": [9], "hidden": 2, "window": 3, "clip_norm": 0.2},
)


def lists(arrays):
    return {name: np.asarray(values).tolist() for name, values in arrays.items()}


def main():
    import torch

    cases = []
    for shape in SHAPES:
        params, _, weights, x, error, lengths = lstm_torch.case(**shape)
        networks = []
        for k, length in enumerate(lengths):
            y, s, gradient = lstm_torch.outputs_and_gradient(weights, k, x, error, length, "float64", params.gating)
            networks.append({"y_c": y.tolist(), "s": s.tolist(), "gradient": lists(gradient)})
        cases.append({"case": shape, "networks": networks})
    trainings = []
    for shape in TRAININGS:
        params, weights, block = lstm_torch.training_case(**shape)
        networks = [lists(lstm_torch.train(params, weights, k, block)) for k in range(block.networks)]
        trainings.append({"case": shape, "networks": networks})
    of_gru = []
    for shape in GRU_TRAININGS:
        params, weights, block = gru_torch.case(**shape)
        trained = [gru_torch.train(params, of_network(weights, k), block, k) for k in range(block.networks)]
        of_gru.append({"case": shape, "networks": [lists(w) for w in trained]})
    about = {
        "made_by": "python -m tests.golden.make_lstm_torch",
        "versions": {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
    }
    write("lstm_torch.json", about | {"cases": cases, "trainings": trainings})
    write("gru_torch.json", about | {"trainings": of_gru})


def write(name, content):
    lines = (f"{json.dumps(part)}: {json.dumps(value)}" for part, value in content.items())
    HERE.with_name(name).write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
