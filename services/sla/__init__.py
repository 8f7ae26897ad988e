"""sla: the limits. Which clock runs for a complaint, who must act until when, what was passed, and who is told.

Owns the rule sets, the calendars, the clocks with their reminders, breaches and
escalations, the sixtieth day, and the periodic figures. Every clock is derived
from the complaint's history and can be recomputed at any time.
"""
