"""Clinical measures as pure functions of one visit's facts: three-valued, exact, with variant and bounds."""
