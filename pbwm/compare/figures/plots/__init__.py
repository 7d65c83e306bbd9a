"""Plots: each function draws computed data on given or new axes."""
