"""Training after the criterion, and the errors with frozen weights that remain after it."""

from pbwm.compare.experiment import Condition, Study

__all__ = ["CONSOLIDATION"]

TASKS = ("sir2", "sir2-reference", "ax-cpt")
EPOCHS = 40
"""Further epochs of the second condition: about as many as PBWM needs to reach the criterion."""

CONSOLIDATION = Study(
    name="consolidation",
    question="Which errors remain with frozen weights after further training?",
    tasks=TASKS,
    models=("pbwm", "lstm"),
    epochs=300,
    networks=16,
    seed=24,
    conditions=(
        Condition(name="to criterion"),
        Condition(name=f"{EPOCHS} further epochs", consolidation=EPOCHS),
    ),
    against={"condition": "to criterion"},
)
