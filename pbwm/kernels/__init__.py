"""Kernels of PBWM, over lanes of sixteen networks."""
