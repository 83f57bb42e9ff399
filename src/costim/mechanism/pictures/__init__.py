"""Pictures of fits: how good, how informed, how calibrated."""
