"""What can be wrong with an acquisition: drift, doublets, margins, dead cells, settings that changed."""
