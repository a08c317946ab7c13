"""Delivery: who must hear of what."""
