"""Train PBWM with ideal gates, so that only cortex must learn."""

import pbwm.compare as pw
from pbwm.ideal_gates import IdealGates


def errors_with_ideal_gates(task, epochs=20, networks=16, seed=0):
    """The proportion of errors in each epoch, a mean over networks."""
    params = pw.recommended(task.spec)
    learner = pw.PBWM(task.spec, params=params, networks=range(networks), seed=seed)
    errors = []
    for epoch in range(epochs):
        trials, _ = pw.draw_epochs(task, seed, range(networks), range(epoch, epoch + 1))
        with learner.manipulated(IdealGates(actions=trials.ideal_gate)):
            outcome = learner.run(trials)
        errors.append(float((outcome.errors / outcome.counted).mean()))
    return errors
