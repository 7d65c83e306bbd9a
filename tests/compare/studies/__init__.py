"""Tests of declared studies."""
