# Exact conditional signed-rank p-values by coin (zeros by Pratt and by Wilcoxon), two-sided.
# Run: Rscript signed_rank_coin.R > signed_rank_coin-<version>.csv
suppressPackageStartupMessages(library(coin))
cases <- list(
  sledai_two_year = c(-10, -3, -10, -20, -26, 8, -16, -16, -3, -31),
  sledai_two_year_reading_8 = c(-10, -3, -10, -20, -6, 8, -16, -16, -3, -31),
  bilag_two_year = c(-15, -14, -13, -28, -25, 9, -13, -17, -10, -34),
  steroid_two_year = c(-17.5, -6.5, -15, -50.5, -58, -22.5, -25, -43, -7.5, -37.5),
  igg_index = c(-21, -8, -37),
  five_zeros = c(0, 0, 0, 0, 0, -2, -4, -4, -6, -8),
  balanced_zeros = c(1, 1, 1, -1, -1, -1, 0, 0, 0, 0, 0, 0),
  one = c(-4),
  two = c(-4, 7),
  two_tied = c(-4, -4),
  three_tied = c(2, 2, -2),
  all_equal = rep(-5, 7),
  all_equal_one_against = c(rep(-5, 7), 5),
  fourteen_ties = c(4, -2, 6, 2, 8, 4, -2, 10, 2, 6, -4, 8, 2, 4),
  twenty_ties_zeros = c(0, 0, -1, -2, -2, -3, -4, -4, -4, -6, -8, -8, 2, 1, -10, -3, -5, -2, 4, -6),
  untied = c(1.1, -0.4, 2.3, 3.7, -0.2, 5.9, 4.1, 0.9, 6.3, -1.8, 2.9),
  zeros_between = c(0, 3, 0, -1, 2, 2, 0, 5),
  thirty = c(5, -1, 3, 3, 0, 8, -2, 6, 1, 1, 4, -4, 7, 2, 2, 9, -3, 0, 5, 6, 10, -1, 3, 4, 2, -6, 8, 1, 0, 7)
)
cat(sprintf("# coin %s, %s: wilcoxsign_test(distribution = \"exact\"), two-sided\n", packageVersion("coin"), R.version.string))
cat("case,zeros,differences,p\n")
for (name in names(cases)) {
  d <- cases[[name]]
  for (zeros in c("Pratt", "Wilcoxon")) {
    t <- wilcoxsign_test(d ~ rep(0, length(d)), distribution = "exact", zero.method = zeros)
    cat(sprintf("%s,%s,%s,%.17g\n", name, tolower(zeros), paste(d, collapse = " "), as.numeric(pvalue(t))))
  }
}
