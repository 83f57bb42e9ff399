"""One change per patient: signed rank, Hodges-Lehmann, sign test, sign-flip test of the mean, effect sizes."""
