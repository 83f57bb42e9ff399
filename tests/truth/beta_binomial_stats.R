# Posterior of a share by stats::qbeta and stats::pbeta. Rscript beta_binomial_stats.R > beta_binomial_stats-4.2.2.csv
cat("# ", R.version.string, ": qbeta, pbeta\n", sep = "")
cat("count,n,a,b,reference,median,lower,upper,beyond\n")
for (case in list(c(0, 0), c(0, 3), c(3, 3), c(1, 1), c(0, 1), c(10, 10), c(5, 10), c(8, 10), c(0, 20), c(37, 112)))
  for (prior in list(c(0.5, 0.5), c(0.8, 3.2), c(2.4, 1.6))) {
    a <- prior[1] + case[1]; b <- prior[2] + case[2] - case[1]
    cat(sprintf("%d,%d,%g,%g,0.3,%.17g,%.17g,%.17g,%.17g\n", as.integer(case[1]), as.integer(case[2]), prior[1], prior[2],
                qbeta(0.5, a, b), qbeta(0.025, a, b), qbeta(0.975, a, b), pbeta(0.3, a, b, lower.tail = FALSE)))
  }
