# Effect sizes of paired readings by effectsize (d_z, g_z with the exact factor, rank-biserial);
# d_av and g_av from their definitions (base R). NA: the tool gives none, or not a finite number.
# effectsize drops changes of zero first (the rule of Wilcoxon); by the rule of Pratt: base R, from the definition.
# Run: Rscript effect_sizes_effectsize.R > effect_sizes_effectsize-<version>.csv
suppressPackageStartupMessages(library(effectsize))
cases <- list(
  sledai_two_year = list(c(10, 3, 10, 20, 28, 9, 18, 16, 13, 35), c(0, 0, 0, 0, 2, 17, 2, 0, 10, 4)),
  ten_falls = list(c(21, 12, 17, 25, 9, 14, 30, 11, 18, 16), c(8, 6, 4, 12, 2, 8, 13, 4, 9, 5)),
  with_zeros = list(c(8, 4, 6, 10, 2, 12, 4, 8), c(8, 4, 2, 3, 5, 4, 4, 1)),
  many_zeros = list(c(0, 0, 0, 0, 0, 4, 6, 6, 8, 12), c(0, 0, 0, 0, 0, 2, 2, 2, 2, 4)),
  against = list(c(3, 5, 2, 8, 6, 7), c(5, 6, 1, 12, 9, 8)),
  decimals = list(c(0.84, 1.05, 0.63, 1.47, 0.91), c(0.63, 0.70, 0.77, 0.84, 0.42)),
  uncorrelated = list(c(10, 2, 8, 4, 6, 12, 14), c(6, 7, 5, 8, 4, 5, 9)),
  large = list(c(105.2, 88.1, 240.7, 130.4, 99.9, 310.3), c(20.1, 44.0, 61.5, 12.2, 80.8, 95.6)),
  tied_sizes = list(c(4, 4, 4, 4, 8, 8), c(2, 6, 2, 2, 4, 12)),
  three = list(c(10, 4, 7), c(4, 3, 9)),
  two = list(c(10, 4), c(4, 3)),
  twenty = list(c(12, 4, 8, 20, 6, 9, 16, 2, 0, 10, 14, 8, 4, 6, 22, 18, 5, 7, 11, 13),
                c(4, 4, 6, 12, 8, 2, 9, 0, 0, 4, 10, 8, 2, 9, 6, 4, 5, 1, 7, 6))
)
one <- function(x) if (length(x) == 1 && is.finite(x)) sprintf("%.17g", x) else "NA"
cat(sprintf("# effectsize %s, %s: cohens_d, hedges_g, rank_biserial (paired, after against before); d_av, g_av: base R\n", packageVersion("effectsize"), R.version.string))
cat("case,before,after,d_z,g_z,d_av,g_av,rank_biserial_pratt,rank_biserial_wilcoxon\n")
for (name in names(cases)) {
  b <- cases[[name]][[1]]; a <- cases[[name]][[2]]; n <- length(a)
  df <- n - 1
  d_av <- mean(a - b) / sqrt((var(a) + var(b)) / 2)
  j <- exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
  d_z <- suppressWarnings(cohens_d(a, b, paired = TRUE, ci = NULL)$Cohens_d)
  g_z <- if (n > 2) suppressWarnings(hedges_g(a, b, paired = TRUE, ci = NULL)$Hedges_g) else NA
  rb <- suppressWarnings(rank_biserial(a, b, paired = TRUE, ci = NULL)$r_rank_biserial)
  d <- a - b
  r <- rank(round(abs(d), 9)) * (abs(d) > 1e-9)
  pratt <- sum(r * sign(d)) / sum(r)
  cat(sprintf("%s,%s,%s,%s,%s,%s,%s,%s,%s\n", name, paste(b, collapse = " "), paste(a, collapse = " "), one(d_z), one(g_z), one(d_av),
    if (n > 2) one(d_av * j) else "NA", one(pratt), one(rb)))
}
