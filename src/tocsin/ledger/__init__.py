"""The append-only sequence of events: the only truth. Engines are picked by `app` alone."""
