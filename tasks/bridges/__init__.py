"""Bridges to Gymnasium, NeuroGym and PyTorch."""
