"""What is measured. Each is run as `python -m bench.programs.<name>` and hands over one line of JSON."""
