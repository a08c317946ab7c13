"""Words that every room shares: time, identifiers, errors, limits, wire frames."""
