"""Planning for a whole city: who can reach what, who goes where, and what would help most."""
