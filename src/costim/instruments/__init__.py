"""Instruments: Study -> measurement rows. Each knows its table and its rule, and no statistics."""
