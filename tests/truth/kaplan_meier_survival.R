# Kaplan-Meier estimates and numbers at risk by survival::survfit.
# Run: Rscript kaplan_meier_survival.R > kaplan_meier_survival-<version>.csv
suppressPackageStartupMessages(library(survival))
cases <- list(
  durations_all_events = list(t = c(22, 18, 23, 29, 7, 7, 14, 11, 10), e = rep(1, 9)),
  durations_some_censored = list(t = c(22, 18, 23, 29, 7, 7, 14, 11, 10), e = c(0, 1, 0, 0, 1, 1, 1, 1, 0)),
  event_and_censoring_tied = list(t = c(3, 3, 3, 5, 5, 8, 8, 9), e = c(1, 0, 1, 0, 1, 0, 0, 1)),
  no_event = list(t = c(1, 2, 3, 4, 4, 4), e = rep(0, 6)),
  all_at_once = list(t = rep(6, 5), e = c(1, 1, 0, 1, 0)),
  one = list(t = 4, e = 1),
  fractions = list(t = c(0.5, 1.25, 1.25, 2.75, 3.5, 3.5, 3.5, 6), e = c(1, 1, 0, 1, 0, 1, 1, 0))
)
cat(sprintf("# survival %s, %s: survfit(Surv(t, e) ~ 1)\n", packageVersion("survival"), R.version.string))
cat("case,times,events,time,at_risk,survival\n")
for (name in names(cases)) {
  case <- cases[[name]]
  fit <- survfit(Surv(case$t, case$e) ~ 1)
  for (k in seq_along(fit$time)) {
    cat(sprintf("%s,%s,%s,%.17g,%d,%.17g\n", name, paste(case$t, collapse = " "), paste(case$e, collapse = " "),
                fit$time[k], as.integer(fit$n.risk[k]), fit$surv[k]))
  }
}
