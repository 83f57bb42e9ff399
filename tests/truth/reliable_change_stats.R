# Reference change values by stats::qt and stats::qnorm. Rscript reliable_change_stats.R > reliable_change_stats-4.2.2.csv
cat("# ", R.version.string, ": qt, qnorm\n", sep = "")
cat("within_sd,df,baselines,level,limit\n")
for (sd in c(0.3, 2, 41.7)) for (df in c(1, 2, 3, 9.5, 40, Inf)) for (m in c(1, 3)) for (level in c(0.8, 0.95, 0.999))
  cat(sprintf("%g,%g,%d,%g,%.17g\n", sd, df, as.integer(m), level, qt((1 + level) / 2, df) * sd * sqrt(1 + 1 / m)))
