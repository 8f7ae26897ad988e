"""notify: templates, every message to a person, and what became of it. Nothing else in the system writes to people."""
