"""Regimens over populations: trajectories, times of return and relapse, summaries."""
