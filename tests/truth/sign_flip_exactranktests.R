# Sign-flip test of the mean of whole-number changes by exactRankTests (one sample, exact), and the interval that
# inverts it from the definition: order statistics of the means of all subsets (base R).
# Run: Rscript sign_flip_exactranktests.R > sign_flip_exactRankTests-<version>.csv
suppressMessages(suppressPackageStartupMessages(library(exactRankTests)))
cases <- list(
  sledai_two_year = c(-10, -3, -10, -20, -26, 8, -16, -16, -3, -31),
  bilag_two_year = c(-15, -14, -13, -28, -25, 9, -13, -17, -10, -34),
  igg_index = c(-21, -8, -37),
  two = c(-4, 7),
  two_tied = c(-4, -4),
  three_tied = c(2, 2, -2),
  all_equal = rep(-5, 7),
  all_equal_one_against = c(rep(-5, 7), 5),
  five_zeros = c(0, 0, 0, 0, 0, -2, -4, -4, -6, -8),
  balanced_zeros = c(1, 1, 1, -1, -1, -1, 0, 0, 0, 0, 0, 0),
  fourteen_ties = c(4, -2, 6, 2, 8, 4, -2, 10, 2, 6, -4, 8, 2, 4),
  outlier = c(1, 2, 1, 3, 2, 60),
  sixteen = c(11, -4, 23, 37, -2, 59, 41, 9, 63, -18, 29, 5, -31, 14, 8, 20),
  eighteen = c(-9, -8, -8, -7, -6, -6, -5, -4, -4, -3, -3, -2, 2, 2, 1, -1, 3, -12)
)
limits <- function(d, alpha = 0.05) {
  n <- length(d)
  sums <- 0; sizes <- 0
  for (x in d) { sums <- c(sums, sums + x); sizes <- c(sizes, sizes + 1) }
  means <- sort(sums[-1] / sizes[-1])
  k <- floor(alpha * 2^n / 2 + 1e-9)
  if (k < 1) return(c(NA, NA))
  c(means[k], rev(means)[k])
}
cat(sprintf("# exactRankTests %s, %s: perm.test(exact = TRUE), two-sided; limits: base R, means of all subsets\n", packageVersion("exactRankTests"), R.version.string))
cat("case,differences,p,mean,lower,upper\n")
for (name in names(cases)) {
  d <- cases[[name]]
  l <- limits(d)
  cat(sprintf("%s,%s,%.17g,%.17g,%.17g,%.17g\n", name, paste(d, collapse = " "), perm.test(d, exact = TRUE)$p.value, mean(d), l[1], l[2]))
}
