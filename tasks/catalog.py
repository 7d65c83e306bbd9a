"""The catalog of tasks, by name."""

from functools import partial

from tasks.adding import Adding
from tasks.ax_cpt import AXCPT
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
from tasks.timing import SpikeDelays
from tasks.twelve_ax import TwelveAX
from tasks.two_sequence import TwoSequence

__all__ = ["TASKS"]

TASKS: Registry[Task] = Registry(
    "task",
    {
        "12ax": Entry(
            TwelveAX.oreilly_frank_2006,
            "1-2-AX of O'Reilly & Frank (2006): hold the task over an outer loop and a cue over each pair in it.",
        ),
        "12ax-current-task": Entry(
            TwelveAX.current_task,
            "1-2-AX in the other reading of the paper: a possible target is always the target of the current task.",
        ),
        "12ax-distractor": Entry(
            TwelveAX.with_distractor_task,
            "1-2-AX with a third digit, 3, in whose outer loops nothing is a target.",
        ),
        "12ax-reset": Entry(
            TwelveAX.martinolli_2018,
            "1-2-AX of Martinolli, Gerstner & Gilra (2018), in which memory is reset at every outer loop.",
        ),
        "sir2": Entry(
            SIR.oreilly_frank_2006_shared,
            "Store, ignore and recall of O'Reilly & Frank (2006): two stores, and symbols that always look the same.",
        ),
        "sir2-dedicated": Entry(
            SIR.oreilly_frank_2006_dedicated,
            "The same with a unit for each symbol under each control, so that what to store can be seen at a glance.",
        ),
        "sir2-reference": Entry(
            SIR.reference_simulation,
            "Store, ignore and recall as emergent simulates it: four symbols, and a full store is never stored to.",
        ),
        "sir2-empty-only": Entry(
            SIR.empty_stores_only,
            "SIR-2 of O'Reilly & Frank (2006) in which a full store is not stored to before it was recalled.",
        ),
        "sir3": Entry(
            partial(SIR.with_stores, 3),
            "Store, ignore and recall with three stores.",
        ),
        "phonological-loop": Entry(
            PhonologicalLoop.oreilly_frank_2006,
            "The phonological loop of O'Reilly & Frank (2006): hear three phonemes, and say them again in their order.",
        ),
        "delayed-match": Entry(
            DelayedMatch.miller_desimone_1994,
            "Delayed match to sample of Miller & Desimone (1994): hold the sample while distractors come, even twice.",
        ),
        "sternberg": Entry(
            Sternberg.sternberg_1966,
            "Item recognition of Sternberg (1966): say whether the probe is one of the digits just shown.",
        ),
        "2-back": Entry(
            NBack.two_back,
            "2-back of Kirchner (1958): say whether a letter is the one that came two letters ago.",
        ),
        "1-back": Entry(
            NBack.one_back,
            "1-back: say whether a letter is the one before.",
        ),
        "3-back": Entry(
            NBack.three_back,
            "3-back: say whether a letter is the one that came three letters ago.",
        ),
        "3-back-lures": Entry(
            NBack.three_back_with_lures,
            "3-back with lures of Gray, Chabris & Braver (2003): letters that came two or four letters ago mislead.",
        ),
        "ax-cpt": Entry(
            AXCPT.braver_2001,
            "AX-CPT (Servan-Schreiber et al., 1996): the target is an X after an A, and most trials are that.",
        ),
        "reference-back-2": Entry(
            ReferenceBack.rac_lubashevsky_frank_2021,
            "Reference-back-2 of Rac-Lubashevsky & Frank (2021): compare with one of two registers, store if told to.",
        ),
        "stroop": Entry(
            Stroop.cohen_1990,
            "Stroop (Cohen, Dunbar & McClelland, 1990): name the ink or read the word, by an instruction that is held.",
        ),
        "hierarchical-rules": Entry(
            HierarchicalRules.badre_2010,
            "Hierarchical rules of Badre, Kayser & D'Esposito (2010): a colour says whether shape or tilt decides.",
        ),
        "hierarchical-rules-last": Entry(
            HierarchicalRules.chatham_2014_context_last,
            "The same with the colour last (Chatham, Frank & Badre, 2014), so that what to use is known only then.",
        ),
        "flat-rules": Entry(
            HierarchicalRules.badre_2010_flat,
            "The same stimuli under a flat rule, which needs all three features for every key.",
        ),
        "copying": Entry(
            Copying.arjovsky_2016,
            "Copying of Arjovsky, Shah & Bengio (2016): ten symbols after a hundred steps.",
        ),
        "embedded-reber": Entry(
            EmbeddedReber.hochreiter_schmidhuber_1997,
            "Embedded Reber grammar (Hochreiter & Schmidhuber, 1997): predict the next letter, and one from long ago.",
        ),
        "continual-reber": Entry(
            EmbeddedReber.gers_2000,
            "The same of Gers, Schmidhuber & Cummins (2000): strings in one stream, and no sign where one begins.",
        ),
        "long-lag-2a": Entry(
            LongLag.experiment_2a,
            "Long lag of Hochreiter & Schmidhuber (1997): predict a sequence that ends as it began, ten steps before.",
        ),
        "long-lag-2b": Entry(
            LongLag.experiment_2b,
            "The same with any symbols between, so that only the end can be predicted.",
        ),
        "long-lag-2c": Entry(
            LongLag.experiment_2c,
            "The same with any number of symbols between, ten at least, and a mark for the end.",
        ),
        "two-sequence-3a": Entry(
            TwoSequence.experiment_3a,
            "Two sequences of Bengio, Simard & Frasconi (1994): a class is shown at first, and then only noise.",
        ),
        "two-sequence-3b": Entry(
            TwoSequence.experiment_3b,
            "The same of Hochreiter & Schmidhuber (1997) with noise on what shows the class, too.",
        ),
        "two-sequence-3c": Entry(
            TwoSequence.experiment_3c,
            "The same with noise on what is taught, so that its mean has to be learned.",
        ),
        "adding": Entry(
            Adding.experiment_4,
            "Adding of Hochreiter & Schmidhuber (1997): the sum of the two numbers that were marked, long ago.",
        ),
        "multiplication": Entry(
            Adding.experiment_5,
            "The same with their product, which a sum that is carried along does not give.",
        ),
        "temporal-order-6a": Entry(
            TemporalOrder.hochreiter_schmidhuber_1997_6a,
            "Temporal order of Hochreiter & Schmidhuber (1997): which of X and Y came first, fifty steps ago.",
        ),
        "temporal-order-6b": Entry(
            TemporalOrder.hochreiter_schmidhuber_1997_6b,
            "The same with three signals, and so eight orders to distinguish.",
        ),
        "noisy-temporal-order": Entry(
            TemporalOrder.gers_2000,
            "The same of Gers, Schmidhuber & Cummins (2000): sequences in one stream, and no sign where one begins.",
        ),
        "counting-ab": Entry(
            Counting.a_b,
            "The language aⁿbⁿ (Gers & Schmidhuber, 2001): predict the next letter, so count the letters that came.",
        ),
        "counting-abba": Entry(
            Counting.a_b_b_a,
            "The language aⁿbᵐBᵐAⁿ, with two numbers to be held at once, the first of them longest.",
        ),
        "counting-abc": Entry(
            Counting.a_b_c,
            "The language aⁿbⁿcⁿ, in which a number is counted off twice.",
        ),
        "spike-delays": Entry(
            SpikeDelays.gers_2002,
            "Measuring spike delays (Gers, Schraudolph & Schmidhuber, 2002): say how much later a spike came.",
        ),
    },
)
"""Name → how to build the task, and a sentence about it. The builders take changes to parameters by keyword."""
