"""Shares of patients and paired yes/no readings."""
