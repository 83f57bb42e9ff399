# Log-log limits by survival::survfit, also with delayed entry.
# Run: Rscript kaplan_meier_log_log_survival.R > kaplan_meier_log_log_survival-<version>.csv
suppressPackageStartupMessages(library(survival))
source("survival_cases.R")
cases <- c(survival_cases, list(
  entry_all_later = list(t = c(5, 8, 9, 12), e = c(1, 0, 1, 1), s = c(1, 2, 2, 3)),
  entry_risk_set_grows = list(t = c(4, 6, 9, 10, 12, 15, 15), e = c(1, 1, 0, 1, 1, 0, 1), s = c(0, 0, 3, 5, 5, 7, 0)),
  entry_at_an_event_time = list(t = c(4, 4, 7, 9, 9), e = c(1, 0, 1, 1, 1), s = c(0, 0, 4, 4, 0)),
  entry_ties = list(t = c(6, 6, 6, 8), e = c(1, 1, 0, 1), s = c(2, 2, 5, 0)),
  entry_no_event = list(t = c(3, 5, 8), e = c(0, 0, 0), s = c(1, 0, 4)),
  entry_two = list(t = c(3, 7), e = c(1, 1), s = c(0, 2))
))
cat(sprintf("# survival %s, %s: survfit(Surv(s, t, e) ~ 1, conf.type = 'log-log')\n", packageVersion("survival"), R.version.string))
cat("case,times,events,entry,level,time,at_risk,survival,lower,upper\n")
for (name in names(cases)) for (level in c(0.95, 0.8)) {
  case <- cases[[name]]
  y <- if (is.null(case$s)) Surv(case$t, case$e) else Surv(case$s, case$t, case$e)
  fit <- survfit(y ~ 1, conf.type = "log-log", conf.int = level)
  for (k in seq_along(fit$time)) {
    if (fit$n.event[k] + fit$n.censor[k] == 0) next
    cat(sprintf("%s,%s,%s,%s,%g,%.17g,%d,%.17g,%.17g,%.17g\n", name, paste(case$t, collapse = " "),
                paste(case$e, collapse = " "), paste(case$s, collapse = " "), level, fit$time[k],
                as.integer(fit$n.risk[k]), fit$surv[k], fit$lower[k], fit$upper[k]))
  }
}
