"""The point neuron with a rate code (docs/pbwm.md §1; CCN, ch. 2)."""

from tasks.engine.lanes import any_of, at, exp, fill, load, maximum, minimum, store, where
from tasks.engine.lanes.options import inlined

EXPONENT_MAX = 50.0
"""Exponent above which the subthreshold rate is 0."""


@inlined
def corrected_gain(x, n):
    """The gain of x/(x+1): ``γ (1 − .1 max(0, 1 − x/(10 σ²)))``."""
    return minimum(n.gain * (1.0 - n.gain_correction * (1.0 - n.correction_slope * x)), n.gain)


@inlined
def xx1_corrected(x, n):
    """``g x / (g x + 1)`` for x ≥ 0, with the corrected gain g; 0 below."""
    x = maximum(x, 0.0)
    gx = corrected_gain(x, n) * x
    return gx / (gx + 1.0)


@inlined
def nxx1(x, n):
    """Noisy x/(x+1): the rate for a drive `x` above threshold (docs/pbwm.md §1)."""
    exponent = -n.tail_slope * x
    below, near = x < 0.0, exponent <= EXPONENT_MAX
    positive = maximum(x, 0.0)
    gx = corrected_gain(positive, n) * positive
    numerator, denominator = gx, gx + 1.0
    if any_of(below & near):
        numerator = where(below, where(near, fill(x, n.tail_height), 0.0), numerator)
        denominator = where(below, 1.0 + exp(exponent), denominator)
    straight = n.linear_start + n.linear_slope * x
    return where((x >= 0.0) & (x < n.linear_end), straight, numerator / denominator)


@inlined
def membrane(ge, gi, vm, n):
    """Vm after one cycle: ``Inet = Ge(E−Vm) + gL(L−Vm) + Gi(I−Vm)``, ``Vm += Inet/τ``, kept in [0, vm_max]."""
    inet = ge * (n.reversal_e - vm) + n.gbar_l * (n.reversal_l - vm) + gi * (n.reversal_i - vm)
    return minimum(maximum(vm + n.vm_dt * inet, 0.0), n.vm_max)


@inlined
def threshold_conductance(gi, n):
    """Ge_Θ, the excitation that holds Vm at threshold: ``(Gi(I−Θ) + gL(L−Θ)) / (Θ−E)``."""
    return n.threshold_slope * gi + n.threshold_leak


@inlined
def drive(ge, gi, vm, act, n):
    """Drive of the rate: ``Vm − Θ`` while the neuron is silent, else ``Ge − Ge_Θ``."""
    silent = (act < n.act_threshold) & (vm <= n.theta)
    return where(silent, vm - n.theta, ge - threshold_conductance(gi, n))


@inlined
def driven(x, act, n):
    """Act after one cycle, for a drive of `x`."""
    return act + n.vm_dt * (nxx1(x, n) - act)


@inlined
def rate(ge, gi, vm, act, n):
    """Act after one cycle."""
    return driven(drive(ge, gi, vm, act, n), act, n)


@inlined
def choose_sent(layer, units, sent, signal, sends_changes, n):
    """Set the sent activity of a layer, and any changes (`sends_changes`); return whether there are any."""
    changed, filtered = fill(sent, 0.0), n.send_delta > 0.0
    for u in range(layer.start, layer.stop):
        act, before = load(at(units, u), "act"), load(sent, u)
        now = act
        if filtered:
            moved = (act - before > n.send_delta) | (act - before < -n.send_delta)
            now = where(moved, act, before)
        now = where(act > n.send_threshold, now, 0.0)
        changed = where(now == before, changed, 1.0)
        store(sent, u, now)
        if sends_changes:
            store(signal, u, now - before)
    return any_of(changed > 0.0)


@inlined
def running_averages(act, ss, s, m, k):
    """AvgSS, AvgS, and AvgM after one cycle (docs/pbwm.md §3)."""
    ss = ss + k.super_short_dt * (act - ss)
    s = s + k.short_dt * (ss - s)
    m = m + k.medium_dt * (s - m)
    return ss, s, m
