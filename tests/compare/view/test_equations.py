"""The equations of a unit: sections of the documentation, as text without marks of Markdown."""

import re

import pytest

from pbwm.compare.models import MODELS
from pbwm.compare.view.equations import sections, unmarked
from pbwm.compare.view.loading import untrained_cast
from pbwm.compare.view.stage import Stage


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("The gain `g_e` is *large*.", "The gain g_e is large."),
        ("**Results:** `a*b*c`, 2 * 3 * 4", "Results: a*b*c, 2 * 3 * 4"),
        ("[`lstm`](lstm.md#1-circuit), *[learning](learning.md)*", "lstm, learning"),
        ("$s(t) = y s(t-1)$ at .5", "s(t) = y s(t-1) at .5"),
        ("## 1. *Neuron*", "1. Neuron"),
        ("```\ny += `x` * **z**\n\nw\n```", "    y += `x` * **z**\n\n    w"),
        ("| a | `b` |\n|:--|---|\n| | 1 |", "a | b\n | 1"),
        ("- *one*\n- two_words_here", "- one\n- two_words_here"),
    ],
)
def test_marks_are_removed_and_code_stays(markdown, text):
    assert [line.strip(" |") for line in unmarked(markdown).split("\n")] == [
        line.strip(" |") for line in text.split("\n")
    ]


@pytest.mark.parametrize("model", MODELS)
def test_no_unit_of_a_model_shows_marks(model):
    cast = untrained_cast("sir2", [model], networks=1, seed=5000)
    places = {layer.equations for layer in Stage(model, cast.populations[model], 0).anatomy.layers}
    found = sections(places)
    assert found.keys() == places
    for shown in found.values():
        prose = "\n".join(line for line in shown["text"].split("\n") if not line.startswith("    "))
        for text in (shown["title"], prose):
            assert not re.search(r"`|\*\S[^*\n]*\*|\]\(|^#|\$|\|-", text, re.MULTILINE)
