"""Tocsin warns people area by area and keeps the attributed record of what happened."""
