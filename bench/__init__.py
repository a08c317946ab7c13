"""Benchmarks: the figures that Tocsin promises, measured as ratios in one run."""
