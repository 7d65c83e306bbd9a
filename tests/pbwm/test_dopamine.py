"""Dopamine systems alone, conditioned: their known properties, and a comparison with the twin, cycle by cycle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pbwm.dopamine import PVLV, RescorlaWagner, TemporalDifference
from tests.pbwm.conditioning import MINUS, SEEN, Conditioned
from tests.reference.dopamine_twin import TwinDopamine

CUES = ("cues",)
RW, TD, LEARNED = RescorlaWagner(senders=CUES), TemporalDifference(senders=CUES), PVLV(senders=CUES)
SYSTEMS = {
    "Rescorla–Wagner": RW,
    "temporal differences": TD,
    "temporal differences, one step": TemporalDifference(senders=CUES, trace_decay=0.0, discount=0.5),
    "PVLV": LEARNED,
    "PVLV, learned value elsewhere": PVLV(
        senders=CUES,
        learning_rate=0.2,
        lve_learning_rate=0.3,
        lvi_learning_rate=0.1,
        lvi_min=0.4,
        lv_always=False,
        depression=0.7,
        recovery=0.5,
    ),
}
REST = [((), None)] * 20
"""A pause after which eligibility is .81 to the power of 20, or .015."""

MOMENTS = [((0,), None), ((1,), None), ((2,), 1.0), *REST]
"""A cue, a delay and a reward, which look different."""

DELAY = [((0, 1), None), ((1,), 1.0), ((), None)]
"""A cue that is seen (0) and held until the reward (1)."""


def omitted(steps, reward):
    """The same steps with another reward, or none (None)."""
    return [(cues, reward if told is not None else None) for cues, told in steps]


@pytest.mark.parametrize("name", SYSTEMS)
def test_system_is_its_twin(name):
    rng = np.random.default_rng(3)
    steps = [
        (tuple(np.flatnonzero(rng.random(3) < 0.4)), [None, 0.0, 1.0][rng.choice(3, p=(0.4, 0.2, 0.4))])
        for _ in range(80)
    ]
    ours = Conditioned(SYSTEMS[name], 3)
    seen = [ours.live(steps[:50]), ours.live(steps[50:60], learn=False), ours.live(steps[60:])]
    twin = TwinDopamine(SYSTEMS[name], 1.4, 3.3, {"cues": 3})
    scale, act, theirs = {"cues": 1.0}, np.zeros(3), []
    for step, (cues, reward) in enumerate(steps):
        for now in range(100):
            plus = now >= MINUS
            twin.cycle({"cues": act}, scale, plus, plus and reward is not None, reward)
            act = 0.95 * np.isin(np.arange(3), cues)
            theirs.append((twin.dopamine, twin.prediction, twin.ach))
        twin.end({"cues": act}, {"cues": act}, scale, learn=not 50 <= step < 60)
    for i, field in enumerate(SEEN):
        found = np.concatenate([part[field] for part in seen]).ravel()
        np.testing.assert_allclose(found, np.array(theirs)[:, i], rtol=1e-9, atol=1e-9, err_msg=field)
    assert len(np.unique(np.round(theirs, 6)[:, 0])) > 20


@pytest.mark.parametrize("name", SYSTEMS)
def test_dopamine_flows_in_the_plus_phase(name):
    seen = Conditioned(SYSTEMS[name], 2).live(DELAY * 5)["dopamine"]
    assert (seen[:, :MINUS] == 0).all()
    assert (seen[1::3, MINUS] > 0).all()


def test_only_rescorla_and_wagner_wait_for_reward():
    """After learning, the others respond to the cue, in a step without reward."""
    answers = {name: Conditioned(SYSTEMS[name], 2).dopamine([*DELAY, *REST], 12)[0] for name in SYSTEMS}
    assert answers.pop("Rescorla–Wagner") == 0
    assert min(answers.values()) > 0.05, answers


def test_rescorla_wagner_reward_is_expected_and_missed():
    system, pairing = Conditioned(RW, 1), [((0,), 1.0)]
    answer = [system.dopamine(pairing, n)[0] for n in (1, 50, 100, 200)]
    assert answer[0] == pytest.approx(1 - RW.prediction_min)
    assert (np.diff(answer) < 0).all()
    assert answer[-1] == pytest.approx(1 - RW.prediction_max)
    surprise = system.dopamine([((), 1.0)], learn=False)
    assert surprise[0] == pytest.approx(1 - RW.prediction_min)
    missed = system.dopamine(omitted(pairing, 0.0), learn=False)
    assert missed[0] == pytest.approx(-RW.prediction_max)


def test_temporal_differences_move_from_reward_to_the_cue():
    system = Conditioned(TD, 3)
    cue, delay, reward = system.dopamine(MOMENTS)[:3]
    assert (cue, delay, reward) == pytest.approx((0, 0, 1), abs=1e-9)
    cue, delay, reward = system.dopamine(MOMENTS, 600)[:3]
    assert cue == pytest.approx(TD.discount**2, abs=0.03)
    assert abs(delay) < 0.03
    assert abs(reward) < 0.03
    _, _, missed = system.dopamine(omitted(MOMENTS, None), learn=False)[:3]
    assert missed == pytest.approx(-1, abs=0.03)


def test_eligibility_answers_the_cue_while_reward_is_still_a_surprise():
    """Pan et al. (2005): with long traces, responses to cue and reward coexist; without, they follow one by one."""
    long, one_step = (
        Conditioned(TemporalDifference(senders=CUES, trace_decay=trace), 3).dopamine(MOMENTS, 30)[:3]
        for trace in (0.9, 0.0)
    )
    assert min(long[0], long[2]) > 0.2
    assert one_step[2] > 0.2
    assert one_step[0] < 0.5 * long[0]


@pytest.mark.parametrize("trace", [0.0, 0.8])
def test_values_are_the_discounted_return(trace):
    """On a ring of three states, reward on arrival in the third: ``V = γ^d / (1 − γ³)``, d + 1 the steps to it."""
    ring = TemporalDifference(senders=CUES, discount=0.5, trace_decay=trace, learning_rate=0.1)
    steps = [((0,), None), ((1,), None), ((2,), 1.0)]
    values = Conditioned(ring, 3).live(steps * 400)["prediction"][-3:, -1]
    np.testing.assert_allclose(values, np.array([0.5, 1, 0.25]) / (1 - 0.5**3), rtol=1e-4)


def conditioned_pvlv(**changes):
    """PVLV after 400 pairings, and dopamine in the steps of the first and the last of them."""
    system = Conditioned(PVLV(senders=CUES, **{"learning_rate": 0.02} | changes), 2)
    return system, system.dopamine(DELAY), system.dopamine(DELAY, 400)


def test_pvlv_learned_value_bursts_at_the_cue_and_primary_value_is_canceled():
    system, (cue, reward, _), (later_cue, later_reward, rest) = conditioned_pvlv()
    assert (cue, reward) == pytest.approx((0, 0.5))
    assert later_cue > 0.2
    assert abs(later_reward) < 0.05
    assert rest == pytest.approx(0)
    absent, withheld = (system.dopamine(omitted(DELAY, reward), learn=False)[1] for reward in (None, 0.0))
    assert absent == pytest.approx(-0.5, abs=0.05)
    assert withheld == pytest.approx(-1, abs=0.05)


def test_pvlv_extinguishes():
    system, _, (burst, _, _) = conditioned_pvlv()
    cue, missed, _ = system.dopamine(omitted(DELAY, None), 40)
    assert cue < 0.2 * burst
    assert abs(missed) < 0.05


def test_pvlv_learned_value_stands_still_where_nothing_is_due():
    """Extinction ends where PVi no longer expects reward: the rest of LVe stays."""
    system, _, _ = conditioned_pvlv()
    weights = system.block.arrays
    before = weights.lve_weight[:, 0].copy()
    system.live(omitted(DELAY, None) * 100)
    left = weights.lve_weight[:, 0].copy()
    assert 0.02 < left[1] < 0.5 * before[1]
    primary = weights.prediction_weight[1, 0]
    system.live(omitted(DELAY, None) * 20)
    np.testing.assert_array_equal(weights.lve_weight[:, 0], left)
    assert weights.prediction_weight[1, 0] < primary


def test_pvlv_slow_inhibition_cancels_the_burst():
    _, _, (burst, _, _) = conditioned_pvlv()
    _, _, (canceled, _, _) = conditioned_pvlv(lvi_learning_rate=0.05)
    assert burst > 0.2
    assert abs(canceled) < 0.02


def test_pvlv_depression_answers_onsets():
    """A held cue bursts once, and again after one step of silence; without depression in every step."""
    shown = [((0, 1), None), ((0, 1), None), ((), None), ((0, 1), None)]
    first, held, silent, again = conditioned_pvlv()[0].dopamine(shown, learn=False)
    assert first > 0.2
    assert (held, silent, again) == pytest.approx((0.05 * first, 0, first), abs=1e-4)
    first, held, silent, again = conditioned_pvlv(depression=0.0)[0].dopamine(shown, learn=False)
    assert first > 0.2
    assert (held, silent, again) == pytest.approx((first, 0, first), abs=1e-4)


@pytest.mark.parametrize("name", SYSTEMS)
def test_acetylcholine_marks_reward_and_what_foretells_it(name):
    system = Conditioned(SYSTEMS[name], 3)
    fresh = system.live([((), None), ((2,), 1.0)], learn=False)["acetylcholine"]
    assert fresh[0, 0] == 1
    assert (fresh[0, 1:] < 0.1).all()
    assert (fresh[1, : MINUS + 1] < 0.1).all()
    assert (fresh[1, MINUS + 1 :] == 1).all()
    system.dopamine([((2,), 1.0), ((), None)], 200)
    foretold = system.live([((), None), ((2,), None)], learn=False)["acetylcholine"]
    assert (foretold[0, 10:] < 0.1).all()
    if "temporal" not in name:  # a step's cue foretells what follows that step
        assert (foretold[1, 10:] == 1).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sets(st.integers(0, 2)), st.sampled_from([None, 0.0, 1.0])), min_size=1, max_size=30))
def test_pvlv_stays_within_its_values(steps):
    system = Conditioned(PVLV(senders=CUES, learning_rate=0.4, lve_learning_rate=0.4), 3)
    seen = system.live([(tuple(cues), reward) for cues, reward in steps])
    assert ((seen["prediction"] >= 0) & (seen["prediction"] <= 1)).all()
    assert (np.abs(seen["dopamine"]) <= 2).all()
    assert ((system.block.arrays.transmission >= 0) & (system.block.arrays.transmission <= 1)).all()
