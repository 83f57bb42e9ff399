"""Time to an event: Kaplan-Meier with beta product limits, unknown censoring, interval censoring, competing events."""
