# p.adjust of base R: Holm and Benjamini-Hochberg.
# Run: Rscript adjusted_p_stats.R > adjusted_p_stats-<version>.csv
cases <- list(
  one = 0.03, two = c(0.01, 0.04), equal = rep(0.02, 5), all_one = rep(1, 4), zeros = c(0, 0, 0.5),
  spec = c(0.015625, 0.0234375, 0.046875, 0.09375, 0.0390625), ties = c(0.01, 0.01, 0.02, 0.02, 0.2, 0.2),
  decreasing = c(0.9, 0.5, 0.3, 0.04, 0.01), near_one = c(0.98, 0.99, 0.6, 0.97),
  many = c(0.001953125, 0.00390625, 0.048828125, 0.322265625, 0.01953125, 0.76953125, 1, 0.005859375, 0.130859375, 0.02734375),
  small = c(1e-12, 3e-9, 2e-7, 0.5), unordered = c(0.2, 0.001, 0.049, 0.0301, 0.03, 0.7)
)
text <- function(x) paste(sprintf("%.17g", x), collapse = " ")
cat(sprintf("# stats, %s: p.adjust(method = \"holm\") and p.adjust(method = \"BH\")\n", R.version.string))
cat("case,p,holm,benjamini_hochberg\n")
for (name in names(cases)) {
  p <- cases[[name]]
  cat(sprintf("%s,%s,%s,%s\n", name, text(p), text(p.adjust(p, "holm")), text(p.adjust(p, "BH"))))
}
