"""The catalog of tasks, by name."""

from collections.abc import Callable
from functools import partial

from tasks.adding import Adding
from tasks.ax_cpt import AXCPT
from tasks.base.outside_tasks import outside_task
from tasks.base.registry import Entry, Registry
from tasks.base.task import Task
from tasks.copying import Copying
from tasks.counting import Counting
from tasks.delayed_match import DelayedMatch
from tasks.hierarchical_rules import HierarchicalRules
from tasks.long_lag import LongLag
from tasks.n_back import NBack
from tasks.phonological_loop import PhonologicalLoop
from tasks.reber import EmbeddedReber
from tasks.reference_back import ReferenceBack
from tasks.sir import SIR
from tasks.sternberg import Sternberg
from tasks.stroop import Stroop
from tasks.temporal_order import TemporalOrder
from tasks.timed_pattern import TimedPattern
from tasks.timing import SpikeDelays
from tasks.twelve_ax import TwelveAX
from tasks.two_sequence import TwoSequence

__all__ = ["TASKS", "register"]

TASKS: Registry[Task] = Registry(
    "task",
    {
        "12ax": Entry(
            TwelveAX.oreilly_frank_2006,
            "1-2-AX of O'Reilly & Frank (2006): remember a digit over several pairs, and the cue of each pair.",
            title="1-2-AX",
        ),
        "12ax-current-task": Entry(
            TwelveAX.current_task,
            "1-2-AX in an alternative reading of the paper: only the target pair of the current task is frequent.",
            title="1-2-AX, current task",
        ),
        "12ax-distractor": Entry(
            TwelveAX.with_distractor_task,
            "1-2-AX with a third digit, 3, whose outer loops contain no target.",
            title="1-2-AX, distractors",
        ),
        "12ax-reset": Entry(
            TwelveAX.martinolli_2018,
            "1-2-AX of Martinolli, Gerstner & Gilra (2018), in which memory is reset at every outer loop.",
            title="1-2-AX, memory reset",
        ),
        "sir2": Entry(
            SIR.oreilly_frank_2006_shared,
            "Store, ignore and recall of O'Reilly & Frank (2006): two stores; symbols are the same under all controls.",
            title="SIR-2",
        ),
        "sir2-dedicated": Entry(
            SIR.oreilly_frank_2006_dedicated,
            "SIR-2 with a separate unit for each symbol under each control, so that items to store look different.",
            title="SIR-2, dedicated",
        ),
        "sir2-reference": Entry(
            SIR.reference_simulation,
            "SIR-2 as simulated in emergent: four symbols, and a full store is not overwritten.",
            title="SIR-2, reference",
        ),
        "sir2-empty-only": Entry(
            SIR.empty_stores_only,
            "SIR-2 of O'Reilly & Frank (2006) in which a full store is not overwritten before its recall.",
            title="SIR-2, empty stores",
        ),
        "sir3": Entry(
            partial(SIR.with_stores, 3),
            "Store, ignore and recall with three stores.",
            title="SIR-3",
        ),
        "phonological-loop": Entry(
            PhonologicalLoop.oreilly_frank_2006,
            "The phonological loop of O'Reilly & Frank (2006): hear three phonemes, and repeat them in order.",
            title="phonological loop",
        ),
        "delayed-match": Entry(
            DelayedMatch.miller_desimone_1994,
            "Delayed match to sample of Miller & Desimone (1994): hold a sample during distractors; some repeat.",
            title="delayed match",
        ),
        "sternberg": Entry(
            Sternberg.sternberg_1966,
            "Item recognition of Sternberg (1966): report whether the probe is one of the digits just shown.",
            title="Sternberg",
        ),
        "2-back": Entry(
            NBack.two_back,
            "2-back of Kirchner (1958): report whether the letter is the same as two letters ago.",
        ),
        "1-back": Entry(
            NBack.one_back,
            "1-back: report whether the letter is the same as the previous one.",
        ),
        "3-back": Entry(
            NBack.three_back,
            "3-back: report whether the letter is the same as three letters ago.",
        ),
        "3-back-lures": Entry(
            NBack.three_back_with_lures,
            "3-back of Gray, Chabris & Braver (2003) with lures: some letters repeat after two or four steps.",
            title="3-back, lures",
        ),
        "ax-cpt": Entry(
            AXCPT.braver_2001,
            "AX-CPT (Servan-Schreiber et al., 1996): the target is an X after an A, which most trials show.",
            title="AX-CPT",
        ),
        "reference-back-2": Entry(
            ReferenceBack.rac_lubashevsky_frank_2021,
            "Reference-back-2 of Rac-Lubashevsky & Frank (2021): compare with a register, and store if instructed.",
            title="reference-back-2",
        ),
        "stroop": Entry(
            Stroop.cohen_1990,
            "Stroop (Cohen, Dunbar & McClelland, 1990): name the ink or read the word, as instructed before.",
            title="Stroop",
        ),
        "hierarchical-rules": Entry(
            HierarchicalRules.badre_2010,
            "Hierarchical rules of Badre, Kayser & D'Esposito (2010): a color determines if shape or tilt matters.",
            title="hierarchical rules",
        ),
        "hierarchical-rules-last": Entry(
            HierarchicalRules.chatham_2014_context_last,
            "Hierarchical rules with the color last (Chatham, Frank & Badre, 2014): both other features must be held.",
            title="hierarchical rules, color last",
        ),
        "flat-rules": Entry(
            HierarchicalRules.badre_2010_flat,
            "Flat rules of Badre, Kayser & D'Esposito (2010): every response depends on color, shape, and tilt.",
            title="flat rules",
        ),
        "copying": Entry(
            Copying.arjovsky_2016,
            "Copying of Arjovsky, Shah & Bengio (2016): repeat ten symbols after a hundred steps.",
        ),
        "embedded-reber": Entry(
            EmbeddedReber.hochreiter_schmidhuber_1997,
            "Embedded Reber grammar (Hochreiter & Schmidhuber, 1997): predict the next letter, once from memory.",
            title="embedded Reber",
        ),
        "continual-reber": Entry(
            EmbeddedReber.gers_2000,
            "Embedded Reber grammar of Gers, Schmidhuber & Cummins (2000): strings in one stream, without boundaries.",
            title="continual Reber",
        ),
        "long-lag-2a": Entry(
            LongLag.experiment_2a,
            "Long lag of Hochreiter & Schmidhuber (1997): predict a sequence whose last symbol repeats the first.",
            title="long lag (2a)",
        ),
        "long-lag-2b": Entry(
            LongLag.experiment_2b,
            "Long lag with random symbols between the first and the last, so that only the last can be predicted.",
            title="long lag (2b)",
        ),
        "long-lag-2c": Entry(
            LongLag.experiment_2c,
            "Long lag with a random number of random symbols in between, at least ten, and a mark for the end.",
            title="long lag (2c)",
        ),
        "two-sequence-3a": Entry(
            TwoSequence.experiment_3a,
            "Two sequences of Bengio, Simard & Frasconi (1994): the class is shown first, and then only noise.",
            title="two sequences (3a)",
        ),
        "two-sequence-3b": Entry(
            TwoSequence.experiment_3b,
            "Two sequences of Hochreiter & Schmidhuber (1997), with noise on the class input as well.",
            title="two sequences (3b)",
        ),
        "two-sequence-3c": Entry(
            TwoSequence.experiment_3c,
            "Two sequences of Hochreiter & Schmidhuber (1997), with noise on the target, whose mean must be learned.",
            title="two sequences (3c)",
        ),
        "adding": Entry(
            Adding.experiment_4,
            "Adding of Hochreiter & Schmidhuber (1997): report the sum of two marked numbers in a long sequence.",
        ),
        "multiplication": Entry(
            Adding.experiment_5,
            "Multiplication of Hochreiter & Schmidhuber (1997): report the product of two marked numbers instead.",
        ),
        "temporal-order-6a": Entry(
            TemporalOrder.hochreiter_schmidhuber_1997_6a,
            "Temporal order of Hochreiter & Schmidhuber (1997): report the order of two distant signals, each X or Y.",
            title="temporal order (6a)",
        ),
        "temporal-order-6b": Entry(
            TemporalOrder.hochreiter_schmidhuber_1997_6b,
            "Temporal order with three signals, and therefore eight orders to distinguish.",
            title="temporal order (6b)",
        ),
        "noisy-temporal-order": Entry(
            TemporalOrder.gers_2000,
            "Temporal order of Gers, Schmidhuber & Cummins (2000): sequences in one stream, without boundaries.",
            title="noisy temporal order",
        ),
        "counting-ab": Entry(
            Counting.a_b,
            "The language aⁿbⁿ (Gers & Schmidhuber, 2001): predict the next letter by counting.",
            title="aⁿbⁿ",
        ),
        "counting-abba": Entry(
            Counting.a_b_b_a,
            "The language aⁿbᵐBᵐAⁿ, with two counts in memory at once.",
            title="aⁿbᵐBᵐAⁿ",
        ),
        "counting-abc": Entry(
            Counting.a_b_c,
            "The language aⁿbⁿcⁿ, in which one count is used twice.",
            title="aⁿbⁿcⁿ",
        ),
        "spike-delays": Entry(
            SpikeDelays.gers_2002,
            "Measuring spike delays (Gers, Schraudolph & Schmidhuber, 2002): report how many steps late each spike is.",
            title="spike delays",
        ),
        "timed-spikes": Entry(
            TimedPattern.spikes,
            "Generating timed spikes, after Gers, Schraudolph & Schmidhuber (2002): one in each period of ten steps.",
        ),
        "periodic-function": Entry(
            TimedPattern.function,
            "Generating a cosine, after Gers, Schraudolph & Schmidhuber (2002): its value is the target at every step.",
        ),
    },
    group="pbwm.tasks",
    made=outside_task,
)
"""Name → task. Builders accept changes to parameters by keyword."""


def register(name: str, task: Callable[..., Task]) -> None:
    """Register your own class or function that makes a task (`Registry.register`)."""
    TASKS.register(name, task)
