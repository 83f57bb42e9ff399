# Hodges-Lehmann estimate (median of the Walsh averages) and the interval that inverts coin's exact signed-rank test:
# its p-value is asked at every Walsh average and between every two neighbours. NA: no limit; open: the limit is rejected.
# Run: Rscript hodges_lehmann_coin.R > hodges_lehmann_coin-<version>.csv
suppressPackageStartupMessages(library(coin))
cases <- list(
  sledai_two_year = c(-10, -3, -10, -20, -26, 8, -16, -16, -3, -31),
  sledai_two_year_reading_8 = c(-10, -3, -10, -20, -6, 8, -16, -16, -3, -31),
  bilag_two_year = c(-15, -14, -13, -28, -25, 9, -13, -17, -10, -34),
  steroid_two_year = c(-17.5, -6.5, -15, -50.5, -58, -22.5, -25, -43, -7.5, -37.5),
  five_zeros = c(0, 0, 0, 0, 0, -2, -4, -4, -6, -8),
  balanced_zeros = c(1, 1, 1, -1, -1, -1, 0, 0, 0, 0, 0, 0),
  open_at_zero = c(-3, -3, 3, 3, 3, 4, 5, 7, 9, 10),
  ten_falls = c(-16, -14, -13, -10, -8, -8, -8, -6, -5, -2),
  one = c(-4),
  two = c(-4, 7),
  three_tied = c(2, 2, -2),
  five = c(-1, -2, -3, -4, -5),
  all_equal = rep(-5, 7),
  all_equal_one_against = c(rep(-5, 7), 5),
  all_zero = rep(0, 6),
  fourteen_ties = c(4, -2, 6, 2, 8, 4, -2, 10, 2, 6, -4, 8, 2, 4),
  zeros_between = c(0, 3, 0, -1, 2, 2, 0, 5)
)
p_at <- function(d, zeros) {
  if (all(d == 0)) return(1)
  as.numeric(pvalue(wilcoxsign_test(d ~ rep(0, length(d)), distribution = "exact", zero.method = zeros)))
}
limit <- function(d, zeros) {
  w <- sort(unique(as.vector(outer(d, d, "+") / 2)))
  shifts <- w[1] - 1; values <- -Inf; is_open <- FALSE
  for (k in seq_along(w)) {
    shifts <- c(shifts, w[k]); values <- c(values, w[k]); is_open <- c(is_open, FALSE)
    shifts <- c(shifts, if (k < length(w)) (w[k] + w[k + 1]) / 2 else w[k] + 1)
    values <- c(values, w[k]); is_open <- c(is_open, TRUE)
  }
  for (k in seq_along(shifts)) if (p_at(d - shifts[k], zeros) > 0.05 + 1e-12) return(list(values[k], is_open[k]))
}
cat(sprintf("# coin %s, %s: wilcoxsign_test(distribution = \"exact\") at every shift where p can change\n", packageVersion("coin"), R.version.string))
cat("case,zeros,differences,estimate,lower,lower_open,upper,upper_open\n")
for (name in names(cases)) {
  d <- cases[[name]]
  walsh <- outer(d, d, "+") / 2
  hl <- median(walsh[lower.tri(walsh, diag = TRUE)])
  for (zeros in c("Pratt", "Wilcoxon")) {
    low <- limit(d, zeros); high <- limit(-d, zeros)
    shown <- function(l, sign) if (is.finite(l[[1]])) sprintf("%.17g", sign * l[[1]]) else "NA"
    cat(sprintf("%s,%s,%s,%.17g,%s,%d,%s,%d\n", name, tolower(zeros), paste(d, collapse = " "), hl, shown(low, 1), low[[2]], shown(high, -1), high[[2]]))
  }
}
