"""Reading and writing of FCS 2.0, 3.0, 3.1 and 3.2: memory-mapped, every repair named."""
