"""`make chaos`: a seeded storm over a running system, and the proof afterwards that no promise was broken.

One module, one job:

    plan       what the seed says: who complains when, which blow falls when
    ledger     what senders and officials were told
    senders    reporters at the four entrances, who try again like real ones
    entrances  how one of them sends one complaint
    desk       officials who verify, dispatch, answer and archive meanwhile
    blows      kill, freeze, cut, slow, fill, alarm
    lines      the proxies between the services and their stores (a program of its own)
    outside    mail server, SMS gateway and Ombudsman, who count what leaves (a program of its own)
    storm      carries a plan out
    quiet      wait until everything that was said is heard
    history    what the five services and the stream hold
    left       what left for people and the Ombudsman
    checker    compares ledger, history and what left
    effects    of one complaint: one case, one set of clocks, one receipt, at most one referral
    verdict    what was compared, and every difference
    order      of all complaints: everything said is heard, in its order, and nothing is left over
"""
