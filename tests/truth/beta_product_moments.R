# Beta product limits (Fay, Brittain & Proschan 2013, method of moments), worked from the definition in base R:
# moments of every factor multiplied, then qbeta of the beta with the same mean and variance.
# The package bpcp was not at hand; this is an independent writing of the same definition, not its output.
# Run: Rscript beta_product_moments.R > beta_product_moments-base-<version>.csv
limits <- function(t, e, level) {
  tail <- (1 - level) / 2
  quantile_of <- function(y, q) {
    m1 <- prod(y / (y + 1)); m2 <- prod(y / (y + 2)); v <- m2 - m1^2
    k <- m1 * (1 - m1) / v - 1
    qbeta(q, m1 * k, (1 - m1) * k)
  }
  out <- NULL; y <- c()
  for (s in sort(unique(t))) {
    risk <- sum(t >= s); d <- sum(t == s & e == 1)
    if (d > 0) y <- c(y, risk - seq_len(d) + 1)
    left <- sum(t > s)
    upper <- if (length(y)) quantile_of(y, 1 - tail) else 1
    lower <- if (left > 0) quantile_of(c(y, left), tail) else 0
    out <- rbind(out, c(s, lower, upper))
  }
  out
}
cases <- list(
  durations_some_censored = list(t = c(22, 18, 23, 29, 7, 7, 14, 11, 10), e = c(0, 1, 0, 0, 1, 1, 1, 1, 0)),
  event_and_censoring_tied = list(t = c(3, 3, 3, 5, 5, 8, 8, 9), e = c(1, 0, 1, 0, 1, 0, 0, 1)),
  no_event = list(t = c(1, 2, 3, 4, 4, 4), e = rep(0, 6)),
  heavy_censoring = list(t = c(1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), e = c(0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0))
)
cat(sprintf("# %s: base R, moments of the factors and qbeta\n", R.version.string))
cat("case,times,events,level,time,lower,upper\n")
for (name in names(cases)) for (level in c(0.90, 0.95)) {
  case <- cases[[name]]
  found <- limits(case$t, case$e, level)
  for (k in seq_len(nrow(found))) {
    cat(sprintf("%s,%s,%s,%g,%.17g,%.17g,%.17g\n", name, paste(case$t, collapse = " "), paste(case$e, collapse = " "), level,
                found[k, 1], found[k, 2], found[k, 3]))
  }
}
