"""What one patient's change says in the light of the others and of the noise of the instrument."""
