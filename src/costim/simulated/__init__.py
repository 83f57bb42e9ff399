"""Simulated studies: complete study folders of virtual patients, with the truth beside them."""
