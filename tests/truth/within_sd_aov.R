# Pooled SD within patients: root of the residual mean square of a one-way analysis of variance, with chi-square limits.
# Run: Rscript within_sd_aov.R > within_sd_stats-<version>.csv   (patients are separated by |)
cases <- list(
  one_pair = "10 14", two_pairs = "10 14|8 7", ties = "4 4|6 8|6 8|2 2", one_equal = "5 5 5|3 4", single_left_out = "9|10 12|7|3 3 6",
  three_each = "12 14 10|20 17 22|8 8 11|15 12 13", decimals = "0.84 1.05|0.63 0.71|0.97 0.9", far = "10000.1 10000.4|10000.2 10000.9",
  zeros = "0 0|0 2|4 0", uneven = "10 12 11 14 9|8 9|3 3 4|20 26", ten = "10 12|3 4|10 8|20 24|28 22|9 9|18 20|16 13|13 17|35 30"
)
cat(sprintf("# %s: stats::aov residual mean square, qchisq, 95 %%\n", R.version.string))
cat("case,groups,df,estimate,lower,upper\n")
for (name in names(cases)) {
  g <- lapply(strsplit(cases[[name]], "|", fixed = TRUE)[[1]], function(s) as.numeric(strsplit(s, " ")[[1]]))
  y <- unlist(g); id <- factor(rep(seq_along(g), lengths(g)))
  fit <- if (nlevels(id) > 1) aov(y ~ id) else aov(y ~ 1)
  df <- fit$df.residual; ss <- sum(residuals(fit)^2)
  cat(sprintf("%s,%s,%d,%.17g,%.17g,%.17g\n", name, cases[[name]], df, sqrt(ss / df),
    sqrt(ss / qchisq(0.975, df)), sqrt(ss / qchisq(0.025, df))))
}
