"""Read models that span rooms, in the shapes of the design's section 5."""
