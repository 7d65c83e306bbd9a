"""A recurrent network of PyTorch: torch.nn.GRU with a linear readout."""

from torch import nn

from tasks.bridges.torch import TorchLearner


class Net(nn.Module):
    def __init__(self, inputs, outputs, hidden=16):
        super().__init__()
        self.gru = nn.GRU(inputs, hidden, batch_first=True)
        self.readout = nn.Linear(hidden, outputs)

    def forward(self, inputs, state=None):
        hidden, state = self.gru(inputs, state)
        return self.readout(hidden), state


class MyGRU(TorchLearner):
    """torch.nn.GRU with a linear readout."""

    def module(self, inputs, outputs):
        return Net(inputs, outputs)
