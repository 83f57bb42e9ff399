# Hodges-Lehmann estimate and exact interval of untied differences by stats::wilcox.test.
# With ties that program turns to a normal approximation; only untied data are compared.
# Run: Rscript hodges_lehmann_wilcox.R > hodges_lehmann_stats-<version>.csv
cases <- list(
  eleven = c(1.1, -0.4, 2.3, 3.7, -0.2, 5.9, 4.1, 0.9, 6.3, -1.8, 2.9),
  six = c(-3.1, -7.4, -1.2, -9.9, -4.5, -6.8),
  eight = c(0.31, 1.77, -0.42, 2.63, 0.95, 3.14, -1.08, 0.57),
  twenty = c(0.12, 1.47, -0.83, 2.91, 0.44, -1.52, 3.33, 1.09, 0.71, -0.26, 2.18, 1.86, -2.07, 0.93, 1.61, 4.02, -0.59, 0.38, 2.55, 1.24)
)
cat(sprintf("# %s: stats::wilcox.test(conf.int = TRUE, exact = TRUE)\n", R.version.string))
cat("case,differences,estimate,lower,upper\n")
for (name in names(cases)) {
  d <- cases[[name]]
  t <- wilcox.test(d, conf.int = TRUE, exact = TRUE)
  walsh <- outer(d, d, "+") / 2
  hl <- median(walsh[lower.tri(walsh, diag = TRUE)])
  cat(sprintf("%s,%s,%.17g,%.17g,%.17g\n", name, paste(d, collapse = " "), hl, t$conf.int[1], t$conf.int[2]))
}
