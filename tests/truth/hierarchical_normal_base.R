# Posterior of the hierarchical normal model from its definition: nested adaptive quadrature (stats::integrate) over
# tau and mu, the likelihood a plain product over patients; limits by uniroot.
# Rscript hierarchical_normal_base.R > hierarchical_normal_base-4.2.2.csv
cases <- list(
  cohort_weak      = list(d = c(-5, -9, -12, -7, -3, -14, -10, -6, -8, -11), s = 2.8284271247461903, m = 0, v = Inf, a = 2.8284271247461903, nu = 1),
  cohort_sceptical = list(d = c(-5, -9, -12, -7, -3, -14, -10, -6, -8, -11), s = 2.8284271247461903, m = 0, v = 2.4318, a = 2.8284271247461903, nu = 1),
  cohort_keen      = list(d = c(-5, -9, -12, -7, -3, -14, -10, -6, -8, -11), s = 2.8284271247461903, m = -4, v = 2.4318, a = 2.8284271247461903, nu = 1),
  spread           = list(d = c(-30, 2, -15, 8, -22), s = 2, m = 0, v = Inf, a = 2, nu = 1),
  all_equal        = list(d = c(-4, -4, -4, -4), s = 1.5, m = 0, v = Inf, a = 1.5, nu = 1),
  all_zero         = list(d = c(0, 0, 0, 0, 0), s = 3, m = -6, v = 4, a = 3, nu = 1),
  one              = list(d = c(-7), s = 2, m = 0, v = 3, a = 2, nu = 1),
  two              = list(d = c(-7, 1), s = 2, m = 0, v = 3, a = 2, nu = 1),
  three            = list(d = c(-7, 1, -3), s = 2, m = 0, v = Inf, a = 2, nu = 1),
  half_t4          = list(d = c(-6, -2, -9, -4, 0, -3), s = 2, m = 0, v = 5, a = 1, nu = 4),
  ties_zeros       = list(d = c(0, 0, -4, -4, -8, 0, -2), s = 2.5, m = -3, v = 2, a = 2.5, nu = 1),
  small_noise      = list(d = c(1.1, 0.7, 2.4, -0.3, 0.9), s = 0.05, m = 0, v = 10, a = 0.05, nu = 1),
  twenty           = list(d = c(-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, 0, 1, 2, -11, -12, -3, -4, -5, -6, -7), s = 3, m = 0, v = Inf, a = 3, nu = 1)
)
whole <- function(f, lower, upper, middle, width) {
  # pieces around the bulk, so that no peak is missed
  cuts <- sort(unique(pmin(pmax(c(lower, middle + width * c(-40, -15, -6, -2.5, 0, 2.5, 6, 15, 40), upper), lower), upper)))
  sum(sapply(seq_len(length(cuts) - 1), function(i)
    integrate(f, cuts[i], cuts[i + 1], rel.tol = 1e-11, abs.tol = 0, subdivisions = 2000L, stop.on.error = FALSE)$value))
}
solve_case <- function(case) {
  d <- case$d; n <- length(d); s <- case$s; nu <- case$nu; a <- case$a
  peak <- max(sapply(seq(-12, 12, 0.02), function(t) sum(dnorm(d, mean(d), sqrt(s^2 + exp(2 * t)), log = TRUE))))
  prior_mu <- function(mu) if (is.infinite(case$v)) rep(1, length(mu)) else dnorm(mu, case$m, case$v)
  joint <- function(mu, tau) { m <- sapply(d, function(x) dnorm(x, mu, sqrt(s^2 + tau^2), log = TRUE)); if (!is.matrix(m)) m <- matrix(m, nrow = length(mu)); prior_mu(mu) * exp(rowSums(m) - peak) }
  inner <- function(tau, weight, upto) {
    se <- sqrt((s^2 + tau^2) / n); mid <- mean(d)
    if (is.finite(case$v)) { prec <- 1 / se^2 + 1 / case$v^2; mid <- (mid / se^2 + case$m / case$v^2) / prec; se <- sqrt(1 / prec) }
    lo <- mid - 40 * se; hi <- min(mid + 40 * se, upto)
    if (hi <= lo) return(0)
    whole(function(mu) joint(mu, tau) * weight(mu, tau), lo, hi, mid, se)
  }
  # tau = a tan(pi u / 2): the half-Cauchy prior is uniform in u
  outer <- function(weight, upto = Inf, tau_upto = Inf) {
    end <- if (is.finite(tau_upto)) 2 / pi * atan(tau_upto / a) else 1
    f <- function(us) sapply(us, function(u) {
      tau <- a * tan(pi * u / 2)
      ratio <- if (nu == 1) 1 else (1 + (tau / a)^2 / nu)^(-(nu + 1) / 2) * (1 + (tau / a)^2)
      ratio * inner(tau, weight, upto)
    })
    cuts <- sort(unique(pmin(c(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999, 1), end)))
    sum(sapply(seq_len(length(cuts) - 1), function(i)
      integrate(f, cuts[i], cuts[i + 1], rel.tol = 1e-10, abs.tol = 0, stop.on.error = FALSE)$value))
  }
  one <- function(mu, tau) rep(1, length(mu))
  total <- outer(one)
  cdf_mu <- function(x) outer(one, upto = x) / total
  cdf_tau <- function(x) outer(one, tau_upto = x) / total
  cdf_theta <- function(x, i) outer(function(mu, tau) {
    b <- s^2 / (s^2 + tau^2)
    pnorm(x, b * mu + (1 - b) * d[i], sqrt((1 - b) * s^2))
  }) / total
  list(mu = cdf_mu, tau = cdf_tau, theta = cdf_theta)
}
cat("# Cumulative posterior probabilities at given points, hierarchical normal model, from the definition by nested\n")
cat("# stats::integrate (hierarchical_normal_base.R), ", R.version.string, "\n", sep = "")
cat("case,d,noise_sd,mean,mean_sd,scale,df,what,at,probability\n")
for (name in names(cases)) {
  case <- cases[[name]]; f <- solve_case(case); d <- case$d; spread <- if (length(d) > 1) sd(d) else case$s
  row <- function(what, at, p) cat(sprintf("%s,%s,%.17g,%.17g,%s,%.17g,%g,%s,%.17g,%.13g\n", name, paste(d, collapse = " "), case$s,
    case$m, if (is.infinite(case$v)) "inf" else sprintf("%.17g", case$v), case$a, case$nu, what, at, p))
  se <- sqrt((case$s^2 + spread^2) / length(d))
  for (at in mean(d) + se * c(-2, 0.5)) row("mean", at, f$mu(at))
  for (at in case$s * c(0.3, 1.5)) row("between_sd", at, f$tau(at))
  for (i in unique(c(1, length(d)))) row(paste0("patient_", i), d[i] + 0.6 * case$s, f$theta(d[i] + 0.6 * case$s, i))
}
