"""What gate plots are drawn from: densities, contours and single events, as plain numbers."""
