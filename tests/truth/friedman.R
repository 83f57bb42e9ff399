# Friedman's chi-squared with ties by stats::friedman.test; exact p by enumerating every order of every patient (base R).
# Run: Rscript friedman.R > friedman_stats-<version>.csv
make <- function(seed, n, k, top = 100) { set.seed(seed); matrix(sample(0:top, n * k, replace = TRUE), n) }
cases <- list(
  two_by_three = make(1, 2, 3), three_by_three = make(2, 3, 3), five_by_three_ties = make(3, 5, 3, 3), six_by_three = make(4, 6, 3),
  three_by_four = make(5, 3, 4), four_by_four_ties = make(6, 4, 4, 4), one_by_four = make(7, 1, 4), eight_by_two_ties = make(8, 8, 2, 2),
  zeros_but_one = rbind(c(0, 0, 0), c(0, 0, 4), c(0, 0, 0), c(0, 2, 0)), falling = rbind(c(9, 6, 3), c(12, 8, 8), c(20, 4, 0), c(7, 7, 1)),
  sledai_like = rbind(c(16, 8, 4, 4), c(20, 12, 12, 6), c(8, 8, 2, 2), c(10, 4, 4, 8)), three_by_five_ties = make(9, 3, 5, 3),
  larger_10x4 = make(10, 10, 4), larger_20x5_ties = make(11, 20, 5, 6), larger_12x6 = make(12, 12, 6)
)
orders <- function(v) if (length(v) <= 1) list(v) else unlist(lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(r) c(v[i], r))), recursive = FALSE)
exact <- function(y) {
  ranks <- t(apply(y, 1, rank)); k <- ncol(y)
  if (factorial(k)^nrow(y) > 4e6) return(NA)
  sums <- matrix(0, 1, k)
  for (i in seq_len(nrow(ranks))) {
    all <- do.call(rbind, orders(ranks[i, ]))
    sums <- do.call(rbind, lapply(seq_len(nrow(all)), function(j) sweep(sums, 2, all[j, ], "+")))
  }
  mean(rowSums(sums^2) >= sum(colSums(ranks)^2) - 1e-9)
}
cat(sprintf("# %s: stats::friedman.test (chi-squared); p by full enumeration in base R where there are at most 4e6 orders\n", R.version.string))
cat("case,values,statistic,p_exact,p_asymptotic\n")
for (name in names(cases)) {
  y <- cases[[name]]
  t <- if (nrow(y) > 1) friedman.test(y) else list(statistic = NA, p.value = NA) # it refuses a single patient
  cat(sprintf("%s,%s,%.15g,%.17g,%.15g\n", name, paste(apply(y, 1, paste, collapse = " "), collapse = ";"), t$statistic, exact(y), t$p.value))
}
