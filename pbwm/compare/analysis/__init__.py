"""Analyses of recordings and results: pure functions of arrays, without drawing."""
