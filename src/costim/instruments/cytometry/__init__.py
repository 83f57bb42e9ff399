"""FCS files of the study -> phenotypes as measurement rows, and the record of how they were acquired and gated."""
