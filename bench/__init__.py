"""`make bench`: how fast the parts are, each beside its yardstick, measured in turns in the same run.

    __main__     the command                 results    what a row hands in
    run          rounds, counts, progress    report     docs/performance.md and .json
    stage        a database and a virtual host for one row, and the programs that are measured there
    programs/    what is measured: each in a process of its own
    stopwatch    wall and processor time     sampler    which code takes it
    processes    what the system's processes take      machine    what it was measured on

One module per row: relay, subscribe, accept, rpc, path, latency, board, clocks, memory.
"""
