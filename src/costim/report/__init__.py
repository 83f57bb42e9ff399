"""Report: rows -> text and figures. Computes no number."""
