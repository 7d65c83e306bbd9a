"""Figures: how they look, the plots, and the galleries that make them of a run."""
