# Exact signed-rank p (Pratt) of changes net of an assumed steroid effect, by coin; and the effects nearest to zero at
# which p exceeds 5 %, by trying a fine grid of effects (step 0.0005, up to 3 either way).
# Run: Rscript steroid_coin.R > steroid_coin-<version>.csv
suppressPackageStartupMessages(library(coin))
cases <- list(
  sledai_two_year = list(c(-10, -3, -10, -20, -26, -16, -16, -31), c(-17.5, -6.5, -15, -50.5, -58, -25, -43, -37.5), c(-0.2, 0, 0.1, 0.39, 0.4, 0.6)),
  bilag_two_year = list(c(-15, -14, -13, -28, -25, -13, -17, -34), c(-17.5, -6.5, -15, -50.5, -58, -25, -43, -37.5), c(0, 0.25, 0.5)),
  ties = list(c(-4, -4, -4, -6, -6, -8, 2, -4), c(-10, -10, -10, -20, -20, -20, 0, -5), c(0, 0.2, 0.4)),
  zeros = list(c(0, -2, 0, -4, -5, -6, -8, -3, -1, -7), c(0, -5, -5, -10, 0, -15, -20, 5, -2.5, -10), c(0, 0.1, 0.3)),
  mixed_doses = list(c(-9, -7, -8, -12, -3, -6, -5), c(-10, 5, -5, 10, -2.5, -15, 7.5), c(-0.5, 0, 0.5)),
  rising = list(c(4, 6, 3, 9, 8, 5, 7), c(-10, -20, -5, -30, -25, -10, -15), c(-0.2, 0, 0.2)),
  one_dose_changes = list(c(-4, -6, -3, -9, -8, -5, -7), c(0, 0, 0, -30, 0, 0, 0), c(0, 0.3)),
  six_equal = list(rep(-5, 6), rep(-10, 6), c(0, 0.4)),
  nothing = list(c(-1, 2, -3, 1, 2, -2), c(-5, -5, -5, -5, -5, -5), c(0, 0.2)),
  decimals = list(c(-0.21, -0.08, -0.37, -0.2, -0.15, -0.31), c(-10, -2.5, -15, -5, -7.5, -12.5), c(0, 0.01, 0.02))
)
p_of <- function(d) {
  d <- round(d, 9)
  if (all(d == 0)) return(1)
  as.numeric(pvalue(wilcoxsign_test(d ~ rep(0, length(d)), distribution = "exact", zero.method = "Pratt")))
}
cat(sprintf("# coin %s, %s: wilcoxsign_test(distribution = \"exact\", zero.method = \"Pratt\"), two-sided\n", packageVersion("coin"), R.version.string))
cat("case,changes,doses,per_mg,p,negative,positive\n")
for (name in names(cases)) {
  d <- cases[[name]][[1]]; c <- cases[[name]][[2]]
  first <- function(sign) {
    for (k in seq(0.00025, 3, by = 0.0005)) if (p_of(d - sign * k * c) > 0.05) return(sprintf("%.17g", sign * k))
    "none"
  }
  holds <- p_of(d) > 0.05
  negative <- if (holds) "holds" else first(-1); positive <- if (holds) "holds" else first(1)
  for (k in cases[[name]][[3]]) {
    cat(sprintf("%s,%s,%s,%.17g,%.17g,%s,%s\n", name, paste(d, collapse = " "), paste(c, collapse = " "), k, p_of(d - k * c), negative, positive))
  }
}
