"""A small causal transformer: two layers with two heads each, as in Traylor, Merullo, Frank & Pavlick (2024)."""

from dataclasses import dataclass

from torch import nn

from tasks.bridges.torch import TorchLearner, TorchParams


class Causal(nn.Module):
    def __init__(self, inputs, outputs, context, width=32):
        super().__init__()
        self.embed, self.position = nn.Linear(inputs, width), nn.Embedding(context, width)
        layer = nn.TransformerEncoderLayer(width, nhead=2, dim_feedforward=64, dropout=0.0, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, num_layers=2, enable_nested_tensor=False)
        self.readout = nn.Linear(width, outputs)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(context))

    def forward(self, inputs):
        hidden = self.embed(inputs) + self.position.weight
        return self.readout(self.layers(hidden, mask=self.mask, is_causal=True))


@dataclass(frozen=True, kw_only=True)
class Params(TorchParams):
    learning_rate: float = 0.003


class Transformer(TorchLearner):
    """A causal transformer of two layers with two heads each, and positions that are learned."""

    params_kind = Params

    def module(self, inputs, outputs):
        return Causal(inputs, outputs, self.params.context)
