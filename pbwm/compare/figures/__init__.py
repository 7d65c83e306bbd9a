"""Figures: style, plots, and the gallery that draws them from a run."""
