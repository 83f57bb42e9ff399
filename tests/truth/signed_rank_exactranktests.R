# Exact conditional signed-rank p-values and point estimates of untied data by exactRankTests (zeros dropped first).
# Run: Rscript signed_rank_exactranktests.R > signed_rank_exactRankTests-<version>.csv
suppressMessages(suppressPackageStartupMessages(library(exactRankTests)))
cases <- list(
  sledai_two_year = c(-10, -3, -10, -20, -26, 8, -16, -16, -3, -31),
  bilag_two_year = c(-15, -14, -13, -28, -25, 9, -13, -17, -10, -34),
  five_zeros = c(0, 0, 0, 0, 0, -2, -4, -4, -6, -8),
  fourteen_ties = c(4, -2, 6, 2, 8, 4, -2, 10, 2, 6, -4, 8, 2, 4),
  untied = c(1.1, -0.4, 2.3, 3.7, -0.2, 5.9, 4.1, 0.9, 6.3, -1.8, 2.9)
)
cat(sprintf("# exactRankTests %s, %s: wilcox.exact, two-sided, zeros dropped\n", packageVersion("exactRankTests"), R.version.string))
cat("case,differences,p\n")
for (name in names(cases)) {
  d <- cases[[name]]
  cat(sprintf("%s,%s,%.17g\n", name, paste(d, collapse = " "), wilcox.exact(d)$p.value))
}
