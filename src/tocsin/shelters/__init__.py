"""The room of the shelters: where one can take cover, and what is said of each door."""
