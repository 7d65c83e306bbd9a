"""Constants for kernels: the form of networks (`Form`), and their learning rule (`Rule`)."""

from math import log
from typing import NamedTuple

import numpy as np

from lstm_baseline.kernels.answers import CHOICE, QUANTITY, SEVERAL
from lstm_baseline.kernels.squashing import GATE
from lstm_baseline.params import Gating, LSTMParams, Output
from lstm_baseline.rules import BPTT, SGD, Adam, Decay, EProp, Feedback, Reward, Truncated, Update
from tasks.base.task import Answer, Choice, Quantity, Several

__all__ = ["WHOLE", "Extensions", "Form", "Rule"]

TINY = 1e-300
"""Replaces a decay of 0 in its logarithm."""

WHOLE = 2**40
"""Steps of a window that is as long as any epoch."""


class Extensions(NamedTuple):
    """Features beyond the plain form.

    Attributes
    ----------
    logistic
        1 if outputs are logistic, with squared error, else 0.
    slope_constant
        Constant added to the slope of logistic outputs.
    answer, tolerance
        Kind of answer (`lstm_baseline.kernels.answers`), and tolerance, or 0.
    descends, momentum
        1 if the optimizer is `SGD`, with this momentum; 0: Adam.
    log_decay, decay_every, by_step
        Logarithm of the decay of the learning rate, its interval, and 1 if the interval is in steps, 0 if in sequences.
    fixed_forget
        1 if the forget gate is a learned constant, else 0.
    """

    logistic: int
    slope_constant: float
    answer: int
    tolerance: float
    descends: int
    momentum: float
    log_decay: float
    decay_every: float
    by_step: int
    fixed_forget: int

    @classmethod
    def of(cls, params: LSTMParams, answer: Answer | None = None, *, resets: bool = False) -> "Extensions | None":
        """Features of `params` and the task beyond the plain form, or None."""
        answer, learning, quantity = answer or Choice(), params.learning, isinstance(answer, Quantity)
        by, output = learning.optimiser, params.output or (Output.LOGISTIC if quantity else Output.SOFTMAX)
        whole = params.forget_gate and params.output_gate and params.output_bias
        recurrent = params.recurrent and params.cells_recurrent
        more = params.peepholes or params.gates_seen or resets or params.reset_at_start or not params.gate_bias
        more = more or params.fixed_forget
        learns = isinstance(learning.rule, BPTT | Reward) and isinstance(by, Adam) and learning.decay == 1.0
        if whole and recurrent and not more and learns and output is Output.SOFTMAX and isinstance(answer, Choice):
            return None
        kinds = {Choice: CHOICE, Several: SEVERAL, Quantity: QUANTITY}
        return cls(
            logistic=int(output is Output.LOGISTIC),
            slope_constant=float(params.slope_constant),
            answer=kinds[type(answer)],
            tolerance=float(getattr(answer, "tolerance", None) or 0.0),
            descends=int(isinstance(by, SGD)),
            momentum=float(by.momentum) if isinstance(by, SGD) else 0.0,
            log_decay=log(learning.decay),
            decay_every=float(learning.decay_every),
            by_step=int(learning.decay_by is Decay.STEP),
            fixed_forget=int(params.fixed_forget),
        )


class Form(NamedTuple):
    """Form of the networks.

    Attributes
    ----------
    g, h, gate
        Squashing functions of cells and gates, as ints of `Squashing`.
    subtracts
        1 if gates subtract, None if they multiply.
    extensions
        None in the *plain* form: three gates, which no unit sees; no peepholes or resets; softmax outputs, and one
        correct response; backpropagation through time, and Adam.
    """

    g: int
    h: int
    gate: int
    subtracts: int | None
    extensions: Extensions | None

    @classmethod
    def of(cls, params: LSTMParams, answer: Answer | None = None, *, resets: bool = False) -> "Form":
        """The form for `params`, a kind of answer, and a task that `resets` memory or not."""
        subtracts = 1 if params.gating is Gating.SUBTRACT else None
        extensions = Extensions.of(params, answer, resets=resets)
        return cls(g=int(params.g), h=int(params.h), gate=GATE, subtracts=subtracts, extensions=extensions)

    @property
    def plain(self) -> bool:
        """Whether it is the plain form."""
        return self.extensions is None


class Rule(NamedTuple):
    """The learning rule.

    Attributes
    ----------
    window
        Steps that an error flows back through; 1 for online rules.
    alpha, beta1, beta2, log_beta1, log_beta2, epsilon
        Constants of the optimizer.
    clip_norm
        Bound of the gradient's norm; the largest finite number: none.
    by_sequence
        1 if an online rule changes weights after sequences, 0 if after steps.
    random_feedback
        1 if errors reach cells by random weights.
    """

    window: int
    alpha: float
    beta1: float
    beta2: float
    log_beta1: float
    log_beta2: float
    epsilon: float
    clip_norm: float
    by_sequence: int
    random_feedback: int

    @classmethod
    def of(cls, params: LSTMParams) -> "Rule":
        """The learning rule that `params` describe."""
        learning, largest = params.learning, float(np.finfo(params.dtype).max)
        rule, by, clip_norm = learning.rule, learning.optimiser, learning.clip_norm
        adam = by if isinstance(by, Adam) else Adam()
        window = (rule.window or WHOLE) if isinstance(rule, BPTT | Reward) else 1
        return cls(
            window=int(window),
            alpha=float(by.learning_rate),
            beta1=float(adam.beta1),
            beta2=float(adam.beta2),
            log_beta1=log(max(adam.beta1, TINY)),
            log_beta2=log(max(adam.beta2, TINY)),
            epsilon=float(adam.epsilon),
            clip_norm=largest if clip_norm is None else min(float(clip_norm), largest),
            by_sequence=int(isinstance(rule, Truncated | EProp) and rule.update is Update.SEQUENCE),
            random_feedback=int(isinstance(rule, EProp) and rule.feedback is Feedback.RANDOM),
        )
