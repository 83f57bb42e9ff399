# Ranks of the limits of quantiles by pbinom, limits of blank by binom.test (one-sided), limits of detection by ppois,
# nets of counts by poisson.test, prediction limits of a line by predict.lm.
# Run: Rscript cells_stats.R > cells_stats-<version>.csv
cat(sprintf("# %s: pbinom, binom.test, ppois with uniroot, poisson.test, lm and predict.lm\n", R.version.string))
cat("question,given,result\n")
row <- function(question, given, result)
  cat(sprintf("%s,%s,%s\n", question, paste(sprintf("%.15g", given), collapse = " "),
              paste(ifelse(is.na(result), "NA", sprintf("%.17g", result)), collapse = " ")))

for (n in c(1, 5, 6, 8, 12, 20, 36, 50, 200, 5000)) for (q in c(0.1, 0.5, 0.9)) for (level in c(0.90, 0.95, 0.96)) {
  tail <- (1 - level) / 2
  lower <- which(pbinom(0:(n - 1), n, q) <= tail)            # rank r misses if at most r - 1 cells are below
  upper <- which(pbinom(0:(n - 1), n, q, lower.tail = FALSE) <= tail)  # rank r misses if at least r cells are below
  row("ranks", c(n, q, level), c(if (length(lower)) max(lower) else NA, if (length(upper)) min(upper) else NA))
}
for (k in c(0, 1, 3, 10, 57)) for (parents in c(1000, 100000)) for (ratio in c(0.2, 1, 4)) for (alpha in c(0.01, 0.05)) {
  control <- parents * ratio
  share <- parents / (parents + control)
  found <- 1
  while (binom.test(found, found + k, share, alternative = "greater")$p.value > alpha) found <- found + 1
  lob <- found - 1
  lod <- uniroot(function(m) ppois(lob, m) - 0.05, c(lob, 3 * lob + 20), tol = 1e-12)$root
  row("limits", c(k, control, parents, alpha), c(lob, lod))
}
for (x in c(0, 3, 12, 80)) for (k in c(0, 2, 9)) for (ratio in c(0.5, 1, 3)) {
  own <- poisson.test(x, conf.level = 0.96)$conf.int
  false <- poisson.test(k, conf.level = 0.99)$conf.int * ratio
  none <- poisson.test(0, conf.level = 0.95)$conf.int[2]
  row("net_count", c(x, k, ratio), c(max(own[1] - false[2], 0), max((own[2] - false[1]) / (1 - false[1] / 1000), none)))
}
for (beads in list(list(c(310, 1250, 4700, 15100), c(2300, 9100, 34000, 112000)),
                   list(c(95, 410, 1290, 4800, 15900, 52000), c(700, 2900, 9300, 33900, 114000, 371000)))) {
  fit <- lm(log10(beads[[2]]) ~ x, data.frame(x = log10(beads[[1]])))
  for (at in c(150, 900, 6000)) {
    low <- predict(fit, data.frame(x = log10(at * 0.9)), interval = "prediction", level = 0.975)
    high <- predict(fit, data.frame(x = log10(at * 1.2)), interval = "prediction", level = 0.975)
    mid <- predict(fit, data.frame(x = log10(at)))
    row("molecules", c(at, beads[[1]], beads[[2]]), 10^c(mid, low[2], high[3]))
  }
}
