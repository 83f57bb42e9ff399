# Poisson rates and their ratio by stats::poisson.test (limits), the doubled two-sided p from pbinom; mid-p limits of a
# single number from ppois and dpois by bisection.
# Run: Rscript rates_stats.R > rates_stats-<version>.csv
halve <- function(inside, low, high) {  # inside(low) is FALSE, inside(high) is TRUE
  for (i in 1:2000) {
    mid <- low + (high - low) / 2
    if (mid == low || mid == high) break
    if (inside(mid)) high <- mid else low <- mid
  }
  low + (high - low) / 2
}
cat(sprintf("# %s: poisson.test(x1, t1), poisson.test(c(x1, x2), c(t1, t2)); p doubled from pbinom; mid-p by bisection\n", R.version.string))
cat("first,first_time,second,second_time,level,lower,upper,mid_p_lower,mid_p_upper,ratio_lower,ratio_upper,p,ratio_mid_lower,ratio_mid_upper,ratio_mid_p\n")
for (case in list(c(0, 1, 5, 1), c(5, 1, 0, 1), c(20, 1, 20, 1), c(40, 1, 0, 1), c(1, 1, 0, 3), c(1, 2.5, 1, 0.5),
                  c(2, 17877, 10, 20000), c(2, 17877, 9, 16660), c(3, 10, 8, 4), c(100, 7, 60, 9), c(0, 4, 1, 0.25),
                  c(7, 0.5, 7, 0.75))) {
  for (level in c(0.90, 0.95, 0.99)) {
    x <- case[1]; m <- x + case[3]; tail <- (1 - level) / 2
    one <- poisson.test(x, case[2], conf.level = level)$conf.int
    two <- poisson.test(c(x, case[3]), c(case[2], case[4]), conf.level = level)$conf.int
    low <- if (x == 0) 0 else halve(function(l) ppois(x, l, lower.tail = FALSE) + dpois(x, l) / 2 > tail, 0, 10 * x + 10)
    high <- halve(function(l) ppois(x, l) - dpois(x, l) / 2 < tail, 0, 10 * x + 20)
    share <- case[2] / (case[2] + case[4])
    up <- pbinom(x - 1, m, share, lower.tail = FALSE); down <- pbinom(x, m, share); half <- dbinom(x, m, share) / 2
    scale <- case[4] / case[2]
    mid_low <- if (x == 0) 0 else halve(function(p) pbinom(x, m, p, lower.tail = FALSE) + dbinom(x, m, p) / 2 > tail, 0, 1)
    mid_high <- if (x == m) 1 else halve(function(p) pbinom(x, m, p) - dbinom(x, m, p) / 2 < tail, 0, 1)
    cat(sprintf("%d,%g,%d,%g,%g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", as.integer(x), case[2],
                as.integer(case[3]), case[4], level, one[1], one[2], low / case[2], high / case[2], two[1], two[2],
                min(1, 2 * min(up, down)), mid_low / (1 - mid_low) * scale, mid_high / (1 - mid_high) * scale,
                min(1, 2 * min(up - half, down - half))))
  }
}
