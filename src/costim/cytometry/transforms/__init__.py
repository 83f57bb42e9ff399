"""Scales of fluorescence by GatingML 2.0, and the biexponential one of FlowJo."""
