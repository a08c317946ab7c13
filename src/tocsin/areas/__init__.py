"""Where things are: the tree of areas of one country, their codes, names and outlines."""
