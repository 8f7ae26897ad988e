"""Pure rules of notify: who is told what, on which channel, in which words, and how often it is tried."""
