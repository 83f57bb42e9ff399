"""Much work in pieces: on the cores of this machine or over a cluster, results in the order of the pieces."""
