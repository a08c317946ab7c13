"""Tests mirror `src/tocsin`: the twin of `tocsin/<room>/<module>.py` is `<room>/test_<module>.py`."""
