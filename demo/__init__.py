"""`make demo`: four complaints from the first word to the last, against the running sandbox."""
