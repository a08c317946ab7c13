"""The way on foot: networks of streets and paths, and what is nearest along them."""
