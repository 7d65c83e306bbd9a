"""The point neuron with a rate code (specification §1; O'Reilly, Munakata, Frank & Hazy, *CCN*, ch. 2)."""

from numba import njit

from tasks.base.lanes import any_of, exp, fill, load, maximum, minimum, store, where

EXPONENT_MAX = 50.0
"""Below ``exp(-50)`` the subthreshold rate is taken as 0."""


@njit(inline="always")
def xx1_corrected(x, n):
    """XX1c(x) = g x / (g x + 1), the gain g reduced by up to a tenth where x is small against the noise."""
    correction = maximum((n.gain_correction_range - x / n.noise_variance) / n.gain_correction_range, 0.0)
    gx = n.gain * (1.0 - n.gain_correction * correction) * x
    return gx / (gx + 1.0)


@njit(inline="always")
def nxx1(x, n):
    """Noisy X/(X+1): the rate of a neuron whose drive is `x` above threshold, smoothed by Gaussian noise.

    x < 0: sigmoid tail; 0 ≤ x < .01: linear; above: `xx1_corrected`.
    """
    tail = fill(x, 0.0)
    exponent = -n.below_slope * x
    in_tail = (x < 0.0) & (exponent <= EXPONENT_MAX)
    if any_of(in_tail):
        tail = where(in_tail, n.below_height / (1.0 + exp(minimum(exponent, EXPONENT_MAX))), 0.0)
    half = 0.5 * n.below_height
    linear = half + (n.at_interpolation_range - half) * (x / n.interpolation_range)
    above = xx1_corrected(maximum(x, n.interpolation_range), n)
    return where(x < 0.0, tail, where(x < n.interpolation_range, linear, above))


@njit(inline="always")
def membrane(ge, gi, vm, n):
    """Vm after one cycle: ``Inet = Ge(E−Vm) + gL(L−Vm) + Gi(I−Vm)``, ``Vm += Inet/τ``, held in [0, vm_max]."""
    inet = ge * (n.reversal_e - vm) + n.gbar_l * (n.reversal_l - vm) + gi * (n.reversal_i - vm)
    return minimum(maximum(vm + n.vm_dt * inet, 0.0), n.vm_max)


@njit(inline="always")
def threshold_conductance(gi, n):
    """Ge_Θ, the excitation that holds Vm at threshold: ``(Gi(I−Θ) + gL(L−Θ)) / (Θ−E)``."""
    return (gi * (n.reversal_i - n.theta) + n.gbar_l * (n.reversal_l - n.theta)) / (n.theta - n.reversal_e)


@njit(inline="always")
def rate(ge, gi, vm, act, n):
    """Act after one cycle: driven by ``Vm − Θ`` while the neuron is silent, by ``Ge − Ge_Θ`` once it fires."""
    silent = (act < n.act_threshold) & (vm <= n.theta)
    drive = where(silent, vm - n.theta, ge - threshold_conductance(gi, n))
    return act + n.vm_dt * (nxx1(drive, n) - act)


@njit(inline="always")
def choose_sent(units, sent, n):
    """The activity of every unit that receivers see: nothing at or below the send threshold.

    With ``send_delta > 0`` (an optimisation of the reference simulation) a change no larger than it is not sent.
    """
    for u in range(len(units)):
        act, before = load(units[u], "act"), load(sent, u)
        change = act - before
        moved = (change > n.send_delta) | (change < -n.send_delta)
        store(sent, u, where(act > n.send_threshold, where(moved, act, before), 0.0))


@njit(inline="always")
def running_averages(act, ss, s, m, k):
    """AvgSS, AvgS and AvgM after one cycle: each follows the one before it (specification §3)."""
    ss = ss + k.super_short_dt * (act - ss)
    s = s + k.short_dt * (ss - s)
    m = m + k.medium_dt * (s - m)
    return ss, s, m
