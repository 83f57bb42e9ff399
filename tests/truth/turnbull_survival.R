# Turnbull's estimate by survival::survfit with type interval2 (ranges half-open; iterated until changes are small).
# Not with exact times and censorings alone: survfit counts one subject too many there (n.risk 6 of 5).
# Run: Rscript turnbull_survival.R > turnbull_survival-<version>.csv
suppressPackageStartupMessages(library(survival))
cases <- list(
  shared_visits = list(l = c(0, 90, 90, 180, 180, 180, 270, 90, 0, 360), r = c(90, 180, 180, 270, 270, NA, 360, NA, 180, NA)),
  all_one_interval = list(l = c(90, 90, 90), r = c(180, 180, 180)),
  one = list(l = 3, r = 7),
  two_apart = list(l = c(1, 6), r = c(4, 9)),
  two_touching = list(l = c(1, 4), r = c(4, 9)),
  three_overlapping = list(l = c(0, 2, 4), r = c(3, 6, 8)),
  exact_only = list(l = c(2, 5, 5, 9), r = c(2, 5, 5, 9)),
  exact_and_ranges = list(l = c(2, 3, 4, 6, 8), r = c(5, 3, 7, 6, NA)),
  exact_at_the_ends = list(l = c(2, 5, 5, 2), r = c(5, 5, 9, 2)),
  one_event_rest_censored = list(l = c(1, 3, 3, 4), r = c(2, NA, NA, NA)),
  visits_of_ten = list(l = c(28, 28, 84, 84, 168, 168, 168, 252, 336, 336), r = c(84, 168, 168, 252, 252, NA, 336, NA, NA, 504)),
  missed_visits = list(l = c(0, 0, 28, 28, 84, 84, 168, 0, 28), r = c(84, 168, 84, 336, 168, 336, NA, 336, NA)),
  one_censored = list(l = 4, r = NA_real_),
  left_of_the_first_visit = list(l = c(0, 0, 7, 7), r = c(7, 7, 14, NA)),
  fractions = list(l = c(0.5, 1.25, 1.25, 2, 3.5), r = c(1.25, 2, 3.5, 3.5, NA))
)
cat(sprintf("# survival %s, %s: survfit(Surv(l, r, type = 'interval2') ~ 1), survival after each printed time\n",
            packageVersion("survival"), R.version.string))
cat("# survfit prints an interval's mass at its middle; `time` is the right end of that interval\n")
cat("case,lower,upper,time,survival\n")
show <- function(x) paste(ifelse(is.na(x), "inf", format(x, trim = TRUE, digits = 17)), collapse = " ")
for (name in names(cases)) {
  case <- cases[[name]]
  fit <- survfit(Surv(case$l, case$r, type = "interval2") ~ 1)
  ends <- sort(unique(case$r[!is.na(case$r)]))
  for (t in ends) {
    # A mass printed at a middle below t lies at or before t; an exact one at t itself counts too.
    before <- which(fit$time <= t)
    s <- if (length(before)) fit$surv[max(before)] else 1
    cat(sprintf("%s,%s,%s,%.17g,%.17g\n", name, show(case$l), show(case$r), t, s))
  }
}
