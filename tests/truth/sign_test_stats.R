# Sign test by stats::binom.test(k, n, 0.5), two-sided.
# Run: Rscript sign_test_stats.R > sign_test_stats-<version>.csv
cases <- list(c(0, 1), c(1, 1), c(1, 2), c(0, 3), c(3, 3), c(0, 5), c(5, 6), c(1, 10), c(0, 10), c(5, 10), c(7, 20), c(30, 41), c(12, 60), c(240, 500))
cat(sprintf("# %s: stats::binom.test, two-sided, of one half\n", R.version.string))
cat("positive,nonzero,p\n")
for (x in cases) cat(sprintf("%d,%d,%.17g\n", x[1], x[2], binom.test(x[1], x[2])$p.value))
