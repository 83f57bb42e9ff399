# Sample sizes of one exact binomial test by trying every n up to 400, two-stage designs by trying every design up to 40
# patients, posterior probabilities by pbeta, expected widths by binom.test, qt and gamma. From the definitions.
# Rscript planning_base.R > planning_base-4.2.2.csv
cat("# ", R.version.string, ": pbinom, dbinom, pbeta, binom.test, qt, gamma, psignrank (planning_base.R)\n", sep = "")
cat("what,case,numbers\n")
row <- function(what, case, numbers) cat(what, paste(format(case, digits = 15, trim = TRUE), collapse = " "), paste(sprintf("%.15g", numbers), collapse = " "), sep = ",", fill = FALSE)
line <- function(...) { row(...); cat("\n") }
for (case in list(c(.3, .6, .05, .8), c(.5, .8, .05, .9), c(.1, .3, .025, .8), c(.05, .25, .1, .9), c(.2, .5, .05, .8), c(.6, .9, .05, .8),
                  c(.8, .95, .05, .8), c(.01, .2, .05, .8), c(.4, .7, .01, .9), c(.25, .5, .05, .95), c(.33, .77, .1, .8))) {
  n <- 1:400; cut <- qbinom(1 - case[3], n, case[1]) + 1
  power <- pbinom(cut - 1, n, case[2], lower.tail = FALSE)
  size <- min(n[power >= case[4]]); safe <- max(n[power < case[4]]) + 1
  line("single_arm", case, c(size, cut[size], pbinom(cut[size] - 1, size, case[1], lower.tail = FALSE), power[size], safe, cut[safe], power[safe]))
}
promising <- function(r1, n1, r, n, p) sum(dbinom((r1 + 1):n1, n1, p) * pbinom(r - (r1 + 1):n1, n - n1, p, lower.tail = FALSE))
for (case in list(c(.05, .25, .05, .8), c(.05, .25, .1, .9), c(.1, .4, .05, .8), c(.2, .5, .05, .8), c(.3, .6, .05, .8), c(.4, .7, .1, .8),
                  c(.5, .8, .05, .8), c(.1, .3, .1, .8), c(.6, .9, .05, .8), c(.3, .7, .05, .9))) {
  best <- NULL; mini <- NULL
  for (n in 2:40) for (n1 in 1:(n - 1)) for (r1 in 0:(n1 - 1)) {
    if (pbinom(r1, n1, case[2]) > 1 - case[4]) next
    for (r in r1:(n - 1)) {
      if (promising(r1, n1, r, n, case[1]) > case[3]) next
      if (promising(r1, n1, r, n, case[2]) >= case[4]) {
        en <- n1 + (1 - pbinom(r1, n1, case[1])) * (n - n1)
        if (is.null(best) || en < best[5] - 1e-12) best <- c(r1, n1, r, n, en)
        if (is.null(mini) || (n == mini[4] && en < mini[5] - 1e-12)) mini <- c(r1, n1, r, n, en)
      }
      break
    }
  }
  line("simon", case, c(best, mini))
}
for (case in list(c(.3, 15, .05, .95), c(.2, 10, .1, .9), c(.5, 20, .025, .975), c(.05, 12, .01, .99), c(.9, 8, .2, .8), c(.33, 9, .05, .6))) {
  for (n in 1:case[2]) {
    beyond <- pbeta(case[1], .5 + 0:n, .5 + n - 0:n, lower.tail = FALSE)
    low <- max(c(-1, which(beyond < case[3]) - 1)); high <- min(c(n + 1, which(beyond > case[4]) - 1))
    line("monitor", c(case, n), c(low, high))
  }
}
for (share in c(0, .1, .3, .5, .8, 1)) for (n in c(1, 2, 3, 10, 37)) {
  width <- sapply(0:n, function(k) diff(binom.test(k, n)$conf.int))
  line("share_width", c(share, n), sum(dbinom(0:n, n, share) * width))
}
for (n in c(2, 3, 5, 10, 40)) for (level in c(.9, .95)) line("mean_width", c(n, level), 2 * qt((1 + level) / 2, n - 1) * 3 * sqrt(2 / (n - 1)) * gamma(n / 2) / gamma((n - 1) / 2) / sqrt(n))
for (n in 1:25) line("signed_rank_k", n, qsignrank(0.025, n))
