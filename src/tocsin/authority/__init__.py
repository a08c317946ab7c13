"""Authority: who may say what, for which areas."""
