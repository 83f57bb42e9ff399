"""Counting and order statistics in one pass: reads the strategy first, touches only what it needs."""
