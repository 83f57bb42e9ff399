# Cumulative incidence by cmprsk::cuminc, checked against the multi-state survfit of survival.
# Run: Rscript cumulative_incidence_cmprsk.R > cumulative_incidence_cmprsk-<version>.csv
suppressPackageStartupMessages({library(cmprsk); library(survival)})
cases <- list(
  relapse_or_retreatment = list(t = c(7, 7, 10, 11, 14, 18, 22, 22, 23, 29), c = c(1, 2, 0, 1, 1, 2, 0, 1, 0, 0)),
  uncensored = list(t = c(1, 2, 3, 4, 5, 6, 7, 8), c = c(1, 2, 1, 1, 2, 2, 1, 1)),
  no_competing = list(t = c(2, 3, 3, 5, 8), c = c(1, 0, 1, 0, 1)),
  only_competing = list(t = c(2, 3, 5, 8), c = c(2, 2, 0, 2)),
  ties_across_causes = list(t = c(3, 3, 3, 5, 5, 5, 8), c = c(1, 2, 0, 1, 2, 0, 1)),
  all_at_once = list(t = rep(4, 5), c = c(1, 1, 2, 0, 2)),
  last_censored = list(t = c(1, 4, 6, 9), c = c(1, 2, 1, 0)),
  one = list(t = 4, c = 1),
  two = list(t = c(4, 6), c = c(2, 1)),
  three = list(t = c(4, 6, 9), c = c(0, 1, 2)),
  fractions = list(t = c(0.5, 1.25, 1.25, 2.75, 3.5, 3.5, 3.5, 6), c = c(1, 2, 0, 1, 0, 1, 2, 0)),
  twenty = list(t = c(1, 2, 2, 3, 4, 4, 4, 5, 6, 7, 8, 8, 9, 11, 12, 12, 13, 15, 16, 20),
                c = c(1, 0, 2, 1, 2, 1, 0, 0, 2, 1, 0, 1, 2, 0, 1, 2, 0, 1, 0, 1)),
  no_event_at_all = list(t = c(1, 2, 3), c = c(0, 0, 0))
)
cat(sprintf("# cmprsk %s, survival %s, %s: cuminc(t, c) and survfit(Surv(t, factor(c)) ~ 1) agree to 1e-12\n",
            packageVersion("cmprsk"), packageVersion("survival"), R.version.string))
cat("case,times,causes,time,incidence,competing\n")
for (name in names(cases)) {
  case <- cases[[name]]
  at <- sort(unique(case$t))
  fit <- survfit(Surv(case$t, factor(case$c, levels = 0:2)) ~ 1)
  by_state <- fit$pstate[match(at, fit$time), 2:3, drop = FALSE]
  if (any(case$c > 0)) {
    found <- timepoints(cuminc(case$t, case$c), at)$est
    for (cause in 1:2) {
      row <- match(paste("1", cause), rownames(found))
      ours <- if (is.na(row)) rep(0, length(at)) else found[row, ]
      # cuminc gives no value behind its last time.
      stopifnot(all(abs(ours - by_state[, cause]) < 1e-12, na.rm = TRUE))
    }
  }
  for (k in seq_along(at)) {
    cat(sprintf("%s,%s,%s,%.17g,%.17g,%.17g\n", name, paste(case$t, collapse = " "), paste(case$c, collapse = " "),
                at[k], by_state[k, 1], by_state[k, 2]))
  }
}
