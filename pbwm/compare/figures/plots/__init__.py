"""Figures: each function draws data that are ready, on axes that it is given or makes, and computes nothing."""
