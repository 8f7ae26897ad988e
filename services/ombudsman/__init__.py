"""ombudsman: hands a complaint that nobody decided in time to the Ombudsman, once, with its file and with proof.

Owns referrals: the file composed from the other services' dossiers, its
delivery, and what the Ombudsman's own people then do with it at their desk.
"""
