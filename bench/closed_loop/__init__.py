"""The closed loop: whole simulated studies through the whole of costim, every interval beside the truth."""
