"""Every series this system exports, declared once. The service is the scrape's label, never part of a name.

Label values are bounded: words of our own vocabularies, never a person's, a
complaint's or free text.
"""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_AGE = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)

BUILD = Gauge("lapor_build_info", "The running version.", ["version"])

HTTP_REQUESTS = Counter("lapor_http_requests_total", "Requests answered.", ["method", "route", "status"])
HTTP_SECONDS = Histogram("lapor_http_request_duration_seconds", "Time to answer.", ["method", "route"], buckets=_FAST)
HTTP_IN_FLIGHT = Gauge("lapor_http_in_flight", "Requests being answered now.")

RPC_REQUESTS = Counter("lapor_rpc_requests_total", "Questions answered.", ["method", "outcome"])
RPC_SECONDS = Histogram("lapor_rpc_duration_seconds", "Time to answer a question.", ["method"], buckets=_FAST)
RPC_CLIENT_REQUESTS = Counter(
    "lapor_rpc_client_requests_total", "Questions asked of other services.", ["target", "method", "outcome"]
)
RPC_CLIENT_SECONDS = Histogram(
    "lapor_rpc_client_duration_seconds", "Time until an answer came.", ["target", "method"], buckets=_FAST
)
BREAKER_OPEN = Gauge(
    "lapor_rpc_breaker_open", "Whether questions to a service are refused at once because it is silent.", ["target"]
)
RPC_POOL_IN_USE = Gauge("lapor_rpc_pool_in_use", "Broker connections leased for questions.")

MESSAGES = Counter(
    "lapor_messages_consumed_total",
    "Events taken from the broker, by what became of them: ok, duplicate, early, retry, parked, ignored.",
    ["source", "event_type", "outcome"],
)
MESSAGE_SECONDS = Histogram(
    "lapor_message_handle_duration_seconds", "Time to apply one batch of events.", ["source"], buckets=_FAST
)
MESSAGE_AGE = Histogram(
    "lapor_message_age_seconds", "From the event's own time to its handling.", ["source"], buckets=_AGE
)
BATCH_SIZE = Histogram(
    "lapor_message_batch_size",
    "Events applied in one transaction.",
    ["source"],
    buckets=(1, 2, 5, 10, 20, 50, 100, 200),
)
REDELIVERED = Counter("lapor_messages_redelivered_total", "Events the broker delivered again.", ["source"])
HELD = Gauge("lapor_messages_held", "Events set aside in the store: waiting, retry, parked.", ["state"])
PARKED = Counter("lapor_messages_parked_total", "Events parked for an operator.", ["source", "reason"])
CONSUMER_CONNECTED = Gauge("lapor_consumer_connected", "Whether the subscription has its queue.", ["source"])

OUTBOX_PENDING = Gauge("lapor_outbox_pending", "Committed events not yet confirmed by the broker.")
OUTBOX_OLDEST = Gauge("lapor_outbox_oldest_age_seconds", "Age of the oldest of them.")
OUTBOX_PUBLISHED = Counter("lapor_outbox_published_total", "Events handed to the broker.", ["outcome"])
OUTBOX_WINDOW = Histogram("lapor_outbox_window_seconds", "Time to publish and confirm one window.", buckets=_FAST)

TIMER_RUNS = Counter("lapor_timer_runs_total", "Timers fired, by outcome: ok, retry, given_up.", ["timer", "outcome"])
TIMER_SECONDS = Histogram("lapor_timer_duration_seconds", "Time a timer's work took.", ["timer"], buckets=_FAST)
TIMER_LATENESS = Histogram("lapor_timer_lateness_seconds", "From due to fired.", ["timer"], buckets=_AGE)
TIMERS_PENDING = Gauge("lapor_timers_pending", "Timers not yet fired.")
TIMERS_OVERDUE = Gauge("lapor_timers_overdue", "Timers whose moment has passed.")
TIMER_LAST_SUCCESS = Gauge("lapor_timer_last_success_timestamp_seconds", "When the timer loop last came round.")

DATABASE_UP = Gauge("lapor_database_up", "Whether the service reached its database last time.")
SIGN_INS = Counter("lapor_sign_ins_total", "Attempts to sign in.", ["outcome"])
UNHANDLED = Counter("lapor_unhandled_errors_total", "Errors nobody expected, by where they surfaced.", ["where"])

# What people care about.
COMPLAINTS = Counter("lapor_complaints_received_total", "Complaints accepted.", ["channel"])
REFUSED_INPUT = Counter("lapor_refused_input_total", "What senders sent that could not be used.", ["channel", "reason"])
CASES_OPEN = Gauge("lapor_cases_open", "Open cases at the desk.", ["state"])
OVERDUE = Gauge("lapor_sla_overdue", "Clocks over their limit and still running.", ["clock"])
ESCALATIONS = Counter("lapor_sla_escalations_total", "Limits told to the next level.", ["level"])
RECOMPUTED = Counter("lapor_sla_recomputed_total", "Open cases computed anew because limits or calendars changed.")
RECOMPUTE_LEFT = Gauge("lapor_sla_recompute_left", "Open cases that unfinished recomputations have still to see.")
CALENDAR_COVERED = Gauge(
    "lapor_calendar_covered_until_timestamp_seconds", "The last moment for which holidays and cuti bersama are known."
)
FIRST_RESPONSE = Histogram(
    "lapor_first_response_days",
    "Working days from registration to the first answer.",
    buckets=(1, 2, 3, 5, 8, 14, 20, 30, 45, 60, 90),
)
NOTIFICATIONS = Counter("lapor_notifications_total", "Messages to people.", ["channel", "outcome"])
SMS_PARTS = Counter("lapor_sms_parts_total", "Parts of text messages handed to the gateway.")
REFERRALS = Counter("lapor_referrals_total", "Referrals to the Ombudsman.", ["outcome"])
