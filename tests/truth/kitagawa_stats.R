# Kitagawa's split by linear regression of invented cells on subset dummies (Oaxaca and Blinder), base R only.
# Run: Rscript kitagawa_stats.R > kitagawa_stats-<version>.csv
# Cells: `n` per subset, each subset's level given by two cells at level - 1 and level + 1, repeated; a weighted lm() then
# gives the coefficients. The reference category changes from case to case and must not matter.
cases <- list(
  naive_memory_plasmablast = list(c(60, 30, 10), c(85, 10, 5), c(22, 66, 84), c(18, 54, 71)),
  only_shares = list(c(50, 50), c(20, 80), c(10, 40), c(10, 40)),
  only_levels = list(c(50, 30, 20), c(50, 30, 20), c(10, 40, 5), c(12, 20, 9)),
  nothing = list(c(50, 50), c(50, 50), c(3, 7), c(3, 7)),
  opposite = list(c(70, 30), c(30, 70), c(10, 50), c(20, 5)),
  one_subset = list(100, 100, 12.5, 9.25),
  all_levels_equal = list(c(20, 30, 50), c(60, 20, 20), c(7, 7, 7), c(4, 4, 4)),
  four = list(c(12, 38, 45, 5), c(3, 61, 30, 6), c(120.5, 33.2, 410, 95), c(99, 41.7, 350.5, 260)),
  rare_subset = list(c(99, 1), c(96, 4), c(15, 900), c(14, 1100)),
  negative_levels = list(c(40, 60), c(75, 25), c(-3.5, 2), c(-1, -4)),
  six = list(c(10, 20, 30, 15, 20, 5), c(25, 5, 30, 10, 10, 20), c(5, 8, 13, 21, 34, 55), c(6, 7, 15, 18, 40, 33)),
  large_levels = list(c(33, 67), c(58, 42), c(1e5, 2e6), c(3e5, 1.5e6))
)
fit <- function(n, m, reference) {
  cells <- data.frame(y = as.vector(rbind(m - 1, m + 1)), w = rep(n / 2, each = 2), s = factor(rep(seq_along(n), each = 2)))
  if (length(n) == 1) return(list(x = 1, b = sum(cells$y * cells$w) / sum(cells$w)))
  cells$s <- relevel(cells$s, ref = reference)
  model <- lm(y ~ s, cells, weights = w)
  x <- model.matrix(model)
  list(x = colSums(x * cells$w) / sum(cells$w), b = coef(model))
}
text <- function(x) paste(sprintf("%.17g", x), collapse = " ")
cat(sprintf("# stats, %s: lm() on subset dummies, Oaxaca-Blinder split of the predicted means\n", R.version.string))
cat("case,shares_before,shares_after,levels_before,levels_after,total,composition,expression,composition3,expression3,interaction\n")
i <- 0
for (name in names(cases)) {
  d <- cases[[name]]
  i <- i + 1
  reference <- as.character(1 + i %% length(d[[1]]))
  a <- fit(d[[1]], d[[3]], reference); b <- fit(d[[2]], d[[4]], reference)
  values <- c(sum(b$x * b$b) - sum(a$x * a$b), sum((b$x - a$x) * (a$b + b$b) / 2), sum((a$x + b$x) / 2 * (b$b - a$b)),
    sum((b$x - a$x) * a$b), sum(a$x * (b$b - a$b)), sum((b$x - a$x) * (b$b - a$b)))
  cat(paste(c(name, text(d[[1]]), text(d[[2]]), text(d[[3]]), text(d[[4]]), sprintf("%.17g", values)), collapse = ","), "\n", sep = "")
}
