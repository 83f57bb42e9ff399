# Exact McNemar test by stats::binom.test of one half, its conditional odds ratio from the limits of the same function,
# and the mid-p from dbinom.
# Run: Rscript mcnemar_stats.R > mcnemar_stats-<version>.csv
cat(sprintf("# %s: binom.test(gained, gained + lost), limits turned into odds; mid-p = p - dbinom, at most 1\n", R.version.string))
cat("gained,lost,level,p,mid_p,lower,upper\n")
odds <- function(p) p / (1 - p)
for (case in list(c(1, 7), c(7, 1), c(0, 5), c(5, 0), c(0, 1), c(1, 1), c(3, 3), c(2, 4), c(10, 0), c(12, 3), c(1, 2),
                  c(6, 40))) {
  for (level in c(0.90, 0.95)) {
    b <- case[1]; m <- sum(case)
    test <- binom.test(b, m, conf.level = level)
    # With equal numbers both tails with half the middle are one half: p is 1.
    mid <- if (case[1] == case[2]) 1 else test$p.value - dbinom(min(case), m, 0.5)
    cat(sprintf("%d,%d,%g,%.17g,%.17g,%.17g,%.17g\n", as.integer(b), as.integer(case[2]), level, test$p.value, mid,
                odds(test$conf.int[1]), odds(test$conf.int[2])))
  }
}
