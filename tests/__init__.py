"""Tests mirror `src/tocsin`: `tocsin/<room>/<module>.py` has `<room>/test_<module>.py`."""
