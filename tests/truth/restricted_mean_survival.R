# Restricted means and their standard errors by print(survfit, rmean = tau).
# Run: Rscript restricted_mean_survival.R > restricted_mean_survival-<version>.csv
suppressPackageStartupMessages(library(survival))
source("survival_cases.R")
cat(sprintf("# survival %s, %s: summary(survfit(Surv(t, e) ~ 1), rmean = tau)$table\n", packageVersion("survival"), R.version.string))
cat("case,times,events,tau,mean,se\n")
for (name in names(survival_cases)) {
  case <- survival_cases[[name]]
  fit <- survfit(Surv(case$t, case$e) ~ 1)
  # summary() refuses a tau at or before the first time.
  for (tau in unique(c(max(case$t), max(case$t) * 0.6, median(case$t) + 0.25))) {
    if (tau <= min(case$t) && tau < max(case$t)) next
    if (tau > max(case$t)) next
    table <- summary(fit, rmean = tau)$table
    cat(sprintf("%s,%s,%s,%.17g,%.17g,%.17g\n", name, paste(case$t, collapse = " "), paste(case$e, collapse = " "), tau,
                table[["rmean"]], table[["se(rmean)"]]))
  }
}
