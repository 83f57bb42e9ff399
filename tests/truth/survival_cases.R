# Small studies for the survival scripts: no events, all censored, one to three subjects, ties, fractions.
durations <- c(22, 18, 23, 29, 7, 7, 14, 11, 10)
survival_cases <- list(
  durations_all_events = list(t = durations, e = rep(1, 9)),
  durations_some_censored = list(t = durations, e = c(0, 1, 0, 0, 1, 1, 1, 1, 0)),
  event_and_censoring_tied = list(t = c(3, 3, 3, 5, 5, 8, 8, 9), e = c(1, 0, 1, 0, 1, 0, 0, 1)),
  no_event = list(t = c(1, 2, 3, 4, 4, 4), e = rep(0, 6)),
  all_at_once = list(t = rep(6, 5), e = rep(1, 5)),
  all_at_once_mixed = list(t = rep(6, 5), e = c(1, 1, 0, 1, 0)),
  one_event = list(t = 4, e = 1),
  one_censored = list(t = 4, e = 0),
  two = list(t = c(2, 5), e = c(1, 0)),
  three = list(t = c(2, 5, 9), e = c(1, 0, 1)),
  fractions = list(t = c(0.5, 1.25, 1.25, 2.75, 3.5, 3.5, 3.5, 6), e = c(1, 1, 0, 1, 0, 1, 1, 0)),
  days_to_relapse = list(t = c(92, 118, 175, 180, 244, 301, 366, 480, 540, 610), e = c(1, 1, 0, 1, 1, 1, 0, 1, 0, 0)),
  twenty = list(t = c(1, 2, 2, 3, 4, 4, 4, 5, 6, 7, 8, 8, 9, 11, 12, 12, 13, 15, 16, 20),
                e = c(1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1))
)
