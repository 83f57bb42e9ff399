"""From FCS files to lymphocyte phenotypes that say how uncertain they are."""
