# Intervals of a share other than those of proportion_stats.R, and the doubled exact and mid-p tests of a stated share,
# from their definitions with R's own distribution functions.
# Jeffreys: qbeta, clamped at no and at every subject. Mid-p: bisection on pbinom and dbinom. Blaker: acceptability by
# adding dbinom, scanned from both ends in steps of 1e-5 and bisected at the first share kept.
# Run: Rscript shares_base.R > shares_base-<version>.csv
halve <- function(inside, low, high) {  # inside(low) is FALSE, inside(high) is TRUE
  for (i in 1:200) {
    mid <- low + (high - low) / 2
    if (mid == low || mid == high) break
    if (inside(mid)) high <- mid else low <- mid
  }
  low + (high - low) / 2
}
midp_lower <- function(x, n, tail) {
  if (x == 0) return(0)
  halve(function(p) pbinom(x, n, p, lower.tail = FALSE) + dbinom(x, n, p) / 2 > tail, 0, 1)
}
accept <- function(x, n, p) {
  mass <- dbinom(0:n, n, p)
  up <- sum(mass[(x:n) + 1]); down <- sum(mass[(0:x) + 1])
  ups <- rev(cumsum(rev(mass))); downs <- cumsum(mass)
  other <- if (up < down) downs else ups
  least <- min(up, down)
  fits <- other[other <= least * (1 + 1e-10)]
  min(1, least + if (length(fits)) max(fits) else 0)
}
blaker_lower <- function(x, n, alpha) {
  if (x == 0) return(0)
  kept <- function(p) accept(x, n, p) > alpha
  grid <- seq(1e-5, 1 - 1e-5, by = 1e-5)
  before <- 0
  for (p in grid) {
    if (kept(p)) return(halve(kept, before, p))
    before <- p
  }
}
cat(sprintf("# %s: qbeta, pbinom, dbinom; mid-p and Blaker by bisection; p doubled, at most 1\n", R.version.string))
cat("count,n,level,jeffreys_lower,jeffreys_upper,mid_p_lower,mid_p_upper,blaker_lower,blaker_upper,share,p,mid_p,blaker_p\n")
for (case in list(c(10, 10), c(0, 10), c(5, 10), c(8, 10), c(0, 3), c(1, 7), c(9, 10), c(6, 7), c(0, 1), c(1, 1),
                  c(1, 2), c(2, 3), c(3, 20), c(1, 31), c(2, 35), c(11, 24))) {
  x <- case[1]; n <- case[2]
  for (level in c(0.90, 0.95, 0.99)) {
    a <- 1 - level; tail <- a / 2
    jl <- if (x == 0) 0 else qbeta(tail, x + 0.5, n - x + 0.5)
    ju <- if (x == n) 1 else qbeta(1 - tail, x + 0.5, n - x + 0.5)
    share <- if (level == 0.90) 0.5 else if (level == 0.95) 0.3 else 0.72
    p <- min(1, 2 * min(pbinom(x, n, share), pbinom(x - 1, n, share, lower.tail = FALSE)))
    half <- dbinom(x, n, share) / 2
    mid <- min(1, 2 * min(pbinom(x, n, share) - half, pbinom(x - 1, n, share, lower.tail = FALSE) - half))
    cat(sprintf("%d,%d,%g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%g,%.17g,%.17g,%.17g\n", as.integer(x), as.integer(n), level,
                jl, ju, midp_lower(x, n, tail), 1 - midp_lower(n - x, n, tail),
                blaker_lower(x, n, a), 1 - blaker_lower(n - x, n, a), share, p, mid, accept(x, n, share)))
  }
}
