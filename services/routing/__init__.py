"""routing: the desk ("meja") where complaints become cases, find the agency that must act, and are answered.

Owns the agency directory, the officers and their sessions, and the cases:
verification, class, disposition, returns, answers with evidence, closing.
What the reporter wrote stays with intake; this service keeps none of it.
"""
