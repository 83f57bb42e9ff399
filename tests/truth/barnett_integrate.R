# Expected regression to the mean without its formula: numerical integration of E[later - baseline | baseline in the cut].
# Run: Rscript barnett_integrate.R > barnett_stats-<version>.csv
cases <- list(c(10, 4, 3, 12, Inf, 1), c(10, 4, 3, 12, Inf, 2), c(8, 5, 4, 16, Inf, 1), c(10, 4, 3, -Inf, 8, 1), c(10, 4, 3, 12, 14, 1),
  c(10, 4, 3, 6, 9, 3), c(0, 1, 1, 0, Inf, 1), c(10, 0, 3, 12, Inf, 1), c(10, 4, 0.5, 20, Inf, 1), c(10, 2, 6, 25, Inf, 1),
  c(10, 4, 3, -20, Inf, 1), c(10, 4, 3, 4, 20, 5), c(5, 3, 2, -Inf, 11, 4))
cat(sprintf("# %s: stats::integrate, rel.tol 1e-12\n", R.version.string))
cat("mean,between,within,above,below,readings,change,share\n")
for (k in cases) {
  mu <- k[1]; sb <- k[2]; v <- k[3]^2 / k[6]; s <- sqrt(sb^2 + v); b <- sb^2 / s^2
  low <- max(k[4], mu - 12 * s); high <- min(k[5], mu + 12 * s)
  share <- integrate(function(x) dnorm(x, mu, s), low, high, rel.tol = 1e-12)$value
  change <- integrate(function(x) (mu + b * (x - mu) - x) * dnorm(x, mu, s), low, high, rel.tol = 1e-12)$value / share
  cat(sprintf("%g,%g,%g,%g,%g,%d,%.17g,%.17g\n", k[1], k[2], k[3], k[4], k[5], k[6], change, share))
}
