"""Readings of a study as the fit takes them."""
