"""Intake: what the reporter said, and the only place that knows who she is."""
