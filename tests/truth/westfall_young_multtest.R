# Step-down adjusted p-values over all sign flips of paired differences by multtest (maxT and minP, paired t, two-sided).
# Run: Rscript westfall_young_multtest.R > westfall_young_multtest-<version>.csv
# Rows of each table are markers, columns patients. Markers whose changes all have one size are left out: multtest skips
# the patterns in which t is infinite (all changes equal), which are the most extreme ones; ours counts them.
suppressPackageStartupMessages(library(multtest))
rows <- function(...) rbind(...)
cases <- list(
  five_markers_eight_patients = rows(
    c(-4.1, -6.3, -2.2, -7.9, -1.4, -5.0, -3.6, 0.8), c(-3.2, -5.1, 0.4, -6.6, -2.7, -2.9, -4.0, -0.5),
    c(-10, 4, -22, -31, 6, -18, -9, -14), c(0.3, -0.9, -1.1, -0.2, -1.6, 0.5, -1.9, -0.7),
    c(-120, -80, 15, -60, -45, -150, -20, 5)),
  weak_changes = rows(c(1.2, -0.7, 0.4, -2.2, 3.1, 0.9), c(-0.3, 0.6, 1.8, -1.1, 0.2, -0.5), c(2.4, 1.9, -0.8, 0.1, 3.3, -1.2)),
  ties = rows(c(-4, -4, -2, -4, 2, -6, -2), c(-2, -2, -2, 2, 2, -4, -4), c(-8, -4, -8, -4, -8, 4, -12)),
  zeros = rows(c(0, 0, -4, -2, -6, 0, -8, -4), c(0, -2, 0, 0, -4, 2, -6, -2), c(1, 0, -1, 0, 3, -2, -5, -7)),
  patient_without_any_change = rows(c(0, -3, -4, -2, -6, 1), c(0, -2, -5, 1, -4, -2)),
  markers_that_say_the_same = rows(c(-3, -5, -1, -8, 2, -6, -4), c(-6, -10, -2, -16, 4, -12, -8), c(-1, 2, -3, 1, -2, 4, -1)),
  opposite_directions = rows(c(-3, -5, -1, -8, 2, -6, -4), c(4, 6, 1, 7, -1, 9, 3), c(2, -2, 3, -1, 1, 0, 5)),
  two_patients = rows(c(-3, -5), c(1, -4)),
  three_patients = rows(c(-3, -5, -4), c(1, -4, 2), c(-7, -9, 1)),
  one_marker = rows(c(-3, -5, 1, -8, -2, -6)),
  two_patients_one_marker = rows(c(-3, -5)),
  ten_patients_six_markers = rows(
    c(-10, -3, -10, -20, -26, 8, -16, -16, -3, -31), c(-15, -14, -13, -28, -25, 9, -13, -17, -10, -34),
    c(-17.5, -6.5, -15, -50.5, -58, -22.5, -25, -43, -7.5, -37.5), c(12, -4, 8, 22, 31, -5, 9, 14, 3, 18),
    c(0.2, -0.4, 0.1, 0.6, -0.3, 0.5, -0.1, 0.7, 0.3, -0.2), c(110, 250, -60, 380, 95, -20, 170, 40, 210, 75)),
  skewed = rows(
    c(-1.3, -22.8, -4.1, -0.6, 3.2, -95.5, -7.4, 0.2, -12.7, -2.9, 1.1, -38),
    c(-0.4, -8.8, -9.6, 1.7, -2.1, -51.2, -3.3, -0.9, 4.4, -1.2, -0.1, -17.5), c(5.5, 0.3, -2.4, 7.1, -0.8, 33.2, 1.9, -4.6, 0.7, 12.3, -6.1, 2.8)),
  one_against = rows(c(-1, -2, -3, -4, -5, 6), c(-6, -5, -4, -3, -2, 1))
)
quietly <- function(call) { sink("/dev/null"); on.exit(sink()); call }
text <- function(x) paste(sprintf("%.17g", x), collapse = " ")
cat(sprintf("# multtest %s, %s: mt.maxT and mt.minP, test = \"pairt\", side = \"abs\", B = 0 (all sign flips)\n", packageVersion("multtest"), R.version.string))
cat("# markers are separated by ;\n")
cat("case,changes,statistic,raw,max_t,min_p\n")
for (name in names(cases)) {
  d <- cases[[name]]
  m <- nrow(d); n <- ncol(d)
  both <- matrix(0, m, 2 * n)
  both[, seq(2, 2 * n, 2)] <- d
  labels <- rep(0:1, n)
  a <- quietly(mt.maxT(both, labels, test = "pairt", side = "abs", B = 0))
  b <- quietly(mt.minP(both, labels, test = "pairt", side = "abs", B = 0))
  a <- a[order(a$index), ]; b <- b[order(b$index), ]
  cat(sprintf("%s,%s,%s,%s,%s,%s\n", name, paste(apply(d, 1, text), collapse = ";"), text(a$teststat), text(a$rawp), text(a$adjp), text(b$adjp)))
}
