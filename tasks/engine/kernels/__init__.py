"""Kernels shared by tasks and models."""
