# Regression net of an assumed long-run mean: intercept of lm(I(after - mu) ~ I(before - mu)), its t interval, and the
# means at which an end of that interval is zero, found by root search on the fitted intervals (no closed form).
# Run: Rscript mee_chua_lm.R > mee_chua_stats-<version>.csv
cases <- list(
  sledai = list(c(10, 3, 10, 20, 28, 9, 18, 16, 13, 35), c(0, 0, 0, 0, 2, 17, 2, 0, 10, 4), c(0, 8, 12, 16.2, 20)),
  bilag_like = list(c(17, 15, 13, 29, 26, 10, 14, 18, 13, 38), c(2, 1, 0, 1, 1, 19, 1, 1, 3, 4), c(5, 10, 15)),
  steroid = list(c(22.5, 12.5, 25, 60, 60, 30, 30, 50, 20, 40), c(5, 6, 10, 9.5, 2, 7.5, 5, 7, 12.5, 2.5), c(10, 20)),
  three = list(c(8, 12, 20), c(4, 5, 11), c(6, 10)),
  four_ties = list(c(8, 8, 12, 12), c(4, 6, 5, 9), c(7, 10)),
  five_zeros = list(c(4, 6, 8, 10, 12), c(0, 0, 0, 0, 2), c(2, 8)),
  one_baseline_differs = list(c(10, 10, 10, 10, 16), c(6, 8, 4, 9, 7), c(8, 12)),
  unchanged = list(c(5, 9, 14, 20, 11, 8), c(6, 9, 12, 21, 11, 7), c(9, 11)),
  no_correlation = list(c(12, 18, 14, 16, 20, 13), c(9, 8, 10, 7, 9, 10), c(5, 9, 15)),
  rising = list(c(3, 5, 8, 4, 6, 7, 5), c(12, 11, 14, 13, 12, 15, 10), c(5, 12)),
  steep = list(c(4, 6, 9, 12, 15), c(1, 5, 11, 19, 24), c(6, 10)),
  decimals = list(c(0.84, 1.05, 0.63, 0.97, 0.71, 1.22), c(0.63, 0.66, 0.61, 0.72, 0.58, 0.80), c(0.5, 0.7)),
  fifteen = list(c(12, 15, 22, 14, 18, 30, 16, 13, 25, 17, 12, 19, 21, 14, 16),
                 c(8, 10, 15, 12, 9, 20, 11, 14, 12, 10, 9, 15, 13, 8, 12), c(4, 10, 14))
)
limits <- function(x, y, mu) confint(lm(I(y - mu) ~ I(x - mu)))[1, ]
cat(sprintf("# %s: stats::lm, confint, uniroot (tol 1e-13), 95 %%\n", R.version.string))
cat("case,before,after,mu,estimate,se,lower,upper,p,below,above\n")
for (name in names(cases)) {
  x <- cases[[name]][[1]]; y <- cases[[name]][[2]]
  end <- if (mean(y) < mean(x)) 2 else 1
  search <- function(direction) {
    f <- function(u) prod(limits(x, y, mean(x) + direction * u))  # below zero while the interval holds zero
    if (f(0) <= 0) return("holds")
    grid <- c(seq(0, 20, length.out = 4001), seq(20.1, 400, length.out = 3000)) * sd(x)
    v <- vapply(grid, f, 0)
    k <- which(v <= 0)[1]
    if (is.na(k)) return("none")
    u <- uniroot(f, c(grid[k - 1], grid[k]), tol = 1e-13)$root
    sprintf("%.17g", mean(x) + direction * u)
  }
  below <- search(-1); above <- search(1)
  for (mu in cases[[name]][[3]]) {
    s <- summary(lm(I(y - mu) ~ I(x - mu)))$coefficients[1, ]
    l <- limits(x, y, mu)
    cat(sprintf("%s,%s,%s,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%s,%s\n", name, paste(x, collapse = " "),
      paste(y, collapse = " "), mu, s[1], s[2], l[1], l[2], s[4], below, above))
  }
}
