"""Kernels of the 2006 form: sixteen networks side by side in lanes."""
