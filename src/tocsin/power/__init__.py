"""The room of the power grid: who is without electricity, until when, and by whose plan."""
