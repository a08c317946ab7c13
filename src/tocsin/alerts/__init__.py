"""Alerts: raise, update, all-clear, correction; what stands where, and what stood when."""
