"""The declared studies by name: what each asks, and its table of conditions."""

from collections.abc import Mapping

from pbwm.compare.experiment import Study
from pbwm.compare.studies.battery import (
    BATTERY,
    BATTERY_CONSOLIDATION,
    BATTERY_FORMS,
    BATTERY_OTHERS,
    BATTERY_VALIDATED,
    BATTERY_WITHOUT_MATCHES,
    FEEDBACK_MECHANISMS,
    FORCED_GATES,
    VARIANTS,
)
from pbwm.compare.studies.consolidation import CONSOLIDATION
from pbwm.compare.studies.dopamine import DOPAMINE
from pbwm.compare.studies.gate_arithmetic import GATE_ARITHMETIC
from pbwm.compare.studies.learning import AGAIN, LEARNING, LOOP, LOOP_MERGED, ONE_LIFE, OUTPUT_GATING
from pbwm.compare.studies.mechanisms import MECHANISMS
from pbwm.compare.studies.recurrent import SEARCH_RECURRENT
from pbwm.compare.studies.reward import REWARD, SEARCH_REWARD
from pbwm.compare.studies.searches import SEARCHES
from pbwm.compare.studies.ungated import RBP_12AX, SEARCH_UNGATED, SRN_12AX

__all__ = ["STUDIES"]

STUDIES: Mapping[str, Study] = {
    study.name: study
    for study in (
        *(LEARNING, AGAIN, LOOP, LOOP_MERGED, ONE_LIFE, OUTPUT_GATING, *MECHANISMS, DOPAMINE, *SEARCHES),
        *(SRN_12AX, RBP_12AX, SEARCH_UNGATED, REWARD, SEARCH_REWARD, CONSOLIDATION),
        *(BATTERY, BATTERY_CONSOLIDATION, BATTERY_VALIDATED, BATTERY_FORMS, BATTERY_OTHERS, BATTERY_WITHOUT_MATCHES),
        *(FEEDBACK_MECHANISMS, FORCED_GATES, VARIANTS),
        *(GATE_ARITHMETIC, SEARCH_RECURRENT),
    )
}
