# Clopper-Pearson limits by stats::binom.test, Wilson limits by stats::prop.test without correction,
# sign test by stats::binom.test, Holm by stats::p.adjust.
# Run: Rscript proportion_stats.R > proportion_stats-<version>.csv
cat(sprintf("# %s: binom.test (exact limits and two-sided p of one half), prop.test(correct = FALSE) (Wilson)\n", R.version.string))
cat("count,n,level,exact_lower,exact_upper,wilson_lower,wilson_upper,sign_p\n")
for (case in list(c(10, 10), c(5, 10), c(8, 10), c(0, 3), c(1, 7), c(9, 10), c(6, 7), c(37, 112))) {
  for (level in c(0.90, 0.95, 0.99)) {
    exact <- binom.test(case[1], case[2], conf.level = level)
    wilson <- suppressWarnings(prop.test(case[1], case[2], conf.level = level, correct = FALSE))
    cat(sprintf("%d,%d,%g,%.17g,%.17g,%.17g,%.17g,%.17g\n", as.integer(case[1]), as.integer(case[2]), level,
                exact$conf.int[1], exact$conf.int[2], wilson$conf.int[1], wilson$conf.int[2], exact$p.value))
  }
}
