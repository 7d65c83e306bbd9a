"""Kernels of the recurrent networks, over lanes of sixteen networks."""
