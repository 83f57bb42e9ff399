"""Gating strategies of others: GatingML 2.0 in and out, FlowJo 10 workspaces in."""
