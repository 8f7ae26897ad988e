"""Pure rules of time: calendars, limits, clocks. No I/O and no clock of their own: moments are arguments."""
