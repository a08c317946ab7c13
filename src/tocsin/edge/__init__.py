"""The edge: a process that holds all open connections and tells each what the core has said."""
