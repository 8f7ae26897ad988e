"""Five services; none imports another."""
