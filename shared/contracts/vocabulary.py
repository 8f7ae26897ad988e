"""The closed sets of words that cross service borders.

Code says them in English; what people read comes from each service's texts.
Sources: domain reference sections 1.4 (classes), 9 (states, clocks).
"""

SERVICES = ("intake", "routing", "sla", "notify", "ombudsman")

CHANNELS = ("web", "api", "sms", "email", "walk_in")
"""How a word of the reporter reached us."""

LANGUAGES = ("id", "en")

CLASSES = ("information", "aspiration", "non_supervisory", "supervisory")
"""Permintaan informasi, aspirasi, pengaduan tidak berkadar / berkadar pengawasan."""

STATES = (
    "unverified",  # belum diverifikasi
    "awaiting_completion",  # menunggu kelengkapan (tunda)
    "dispatched",  # diteruskan
    "in_progress",  # diproses
    "answered",  # ditanggapi; the reporter's ten working days run
    "closed",  # selesai
    "archived",  # diarsipkan
    "withdrawn",  # dicabut, or deemed withdrawn
    "merged",  # digabung under a lead case
)

CLOCKS = (
    "verification",  # C1: coordinator verifies, 3 working days
    "receipt",  # C-resp: answer on completeness, 14 calendar days
    "follow_up",  # C2: first reply visible to the reporter, 5 working days
    "settlement",  # C3: 5/14/60 working days by class
    "legal",  # C4: decision, 60 calendar days from the complete file
    "completeness",  # C5: reporter completes, 30 calendar days
    "objection",  # C6: reporter may object, 10 working days
)

EXPIRING_CLOCKS = ("completeness", "objection")
"""Clocks that belong to the reporter: when they end, nobody is late; the time is simply over."""

ESCALATION_LEVELS = ("officer", "head", "coordinator", "supervisor", "ombudsman")
"""Pejabat penghubung, kepala OPD, admin koordinator, Sekda/Inspektorat, Ombudsman."""

ROLES = ("coordinator", "officer", "head", "supervisor", "operator", "ombudsman")

EXPLAINED = ("question", "recommendation")
"""What an explanation to the Ombudsman answers: his question, or his recommendation."""

ARCHIVE_REASONS = ("not_public_service", "other_channel", "too_general", "duplicate", "spam", "not_complaint")

MESSAGE_KINDS = ("addition", "reply", "objection")

INQUIRIES = (
    "status",
    "help",
    "unknown_code",
    "not_yours",
    "unknown_keyword",
    "empty",
    "too_long",
    "not_possible",
    "unreadable",
    "too_many",
)
"""Questions and mistakes of a sender that deserve an answer but open nothing."""
