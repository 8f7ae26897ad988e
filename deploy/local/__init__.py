"""The local runner behind `make up` and `make test`.

It runs before the virtual environment exists, so it needs nothing but the
standard library. One module, one job:

    __main__      the commands
    place         where one running system keeps its files
    terminal      what the person at the terminal reads
    packages      Debian packages          virtualenv   Python packages
    ports, holder which ports are ours     credentials  passwords and keys
    system        one prepared system      settings     the environment of each process
    postgres, rabbitmq, gateway            how the three foreign programs are run
    programs      THE table of everything that runs
    program, probes, launch, child         one process
    supervisor    all processes            runstate     what another terminal can see of them
    checks        `make lint`, `make test` and `make bench`
"""
