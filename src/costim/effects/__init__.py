"""Effects: measurement rows -> effect rows. Estimators take tables; the numbers are made in `costim.inference`."""
