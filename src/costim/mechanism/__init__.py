"""The mechanism: drug, B cells, costimulation of B and T cells, activity and relapse, as a model one can doubt."""
