# Repeated measures of one group: estimates by nlme::gls (REML; unstructured, AR1, compound symmetry), degrees of freedom
# and tests by lmerTest (Satterthwaite) and pbkrtest (Kenward-Roger) for a random intercept.
# Run: Rscript mixed_model.R FOLDER (writes mixed_model_gls-<v>.csv, mixed_model_random_intercept-<v>.csv and _values.csv)
suppressPackageStartupMessages({library(nlme); library(lme4); library(lmerTest); library(pbkrtest)})
folder <- commandArgs(TRUE)[1]
make <- function(seed, n, k, within = 1, between = 2, missing = 0, digits = 3, trend = 0.8, skew = FALSE, decay = FALSE) {
  set.seed(seed)
  level <- rnorm(n, 10, between)
  noise <- matrix(rnorm(n * k, 0, within), n)
  if (decay) for (j in 2:k) noise[, j] <- 0.8 * noise[, j - 1] + 0.6 * noise[, j]
  y <- level + noise + rep(-trend * (0:(k - 1)), each = n)
  if (skew) y <- exp(y / 5)
  y <- round(y, digits)
  gone <- sample(n * k, missing)
  y[gone] <- NA
  y
}
cases <- list(
  complete_9x4 = make(1, 9, 4), complete_20x4_decay = make(2, 20, 4, decay = TRUE), whole_numbers_10x4 = make(3, 10, 4, digits = 0),
  missing_12x4 = make(4, 12, 4, missing = 6), missing_15x4_decay = make(5, 15, 4, missing = 9, decay = TRUE),
  missing_20x5 = make(6, 20, 5, missing = 14, within = 1.5), two_visits_8 = make(7, 8, 2), two_visits_missing_9 = make(8, 9, 2, missing = 3),
  skewed_14x3 = make(9, 14, 3, missing = 4, skew = TRUE), three_subjects_4 = make(10, 3, 4), three_subjects_3_missing = make(11, 3, 3, missing = 1),
  six_visits_16 = make(12, 16, 6, missing = 7), ties_10x3 = make(13, 10, 3, digits = 0, within = 1.2, missing = 3), large_unit = 1000 * make(14, 11, 4, missing = 3)
)
long <- function(y) {
  d <- data.frame(subject = factor(rep(seq_len(nrow(y)), ncol(y))), visit = factor(rep(seq_len(ncol(y)), each = nrow(y))), y = as.vector(y))
  d$order <- as.integer(d$visit)
  d[!is.na(d$y), ]
}
spell <- function(x) paste(sprintf("%.12g", x), collapse = " ")
version <- packageVersion("nlme")
out <- file(file.path(folder, sprintf("mixed_model_gls-nlme-%s.csv", version)), "w")
writeLines(c(sprintf("# nlme %s, %s: gls by REML, tolerance 1e-12; rows of the readings separated by ;", version, R.version.string),
             "case,structure,values,log_likelihood,changes,se,covariance"), out)
for (name in names(cases)) {
  y <- cases[[name]]; d <- long(y); d <- d[order(d$subject, d$order), ]; k <- ncol(y)
  structures <- list(
    compound_symmetry = list(correlation = corCompSymm(form = ~ 1 | subject)),
    ar1 = list(correlation = corAR1(form = ~ order | subject)),
    unstructured = list(correlation = corSymm(form = ~ order | subject), weights = varIdent(form = ~ 1 | visit)))
  values <- paste(apply(y, 1, function(r) paste(ifelse(is.na(r), "nan", format(r, digits = 15, trim = TRUE)), collapse = " ")), collapse = ";")
  for (structure in names(structures)) {
    if (structure == "unstructured" && sum(complete.cases(y)) <= k) next
    fit <- try(do.call(gls, c(list(model = y ~ visit, data = d, control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 1000, opt = "nlminb")), structures[[structure]])), silent = TRUE)
    if (inherits(fit, "try-error")) { message(name, " ", structure, " failed"); next }
    full <- names(which(table(d$subject) == k))[1]
    v <- if (is.na(full)) NA else unclass(getVarCov(fit, individual = full))
    writeLines(sprintf("%s,%s,%s,%.15g,%s,%s,%s", name, structure, values, as.numeric(logLik(fit)),
      spell(coef(fit)[-1]), spell(sqrt(diag(vcov(fit)))[-1]), if (is.na(full)) "" else spell(v)), out)
  }
}
close(out)
out <- file(file.path(folder, sprintf("mixed_model_random_intercept-pbkrtest-%s.csv", packageVersion("pbkrtest"))), "w")
writeLines(c(sprintf("# pbkrtest %s, lmerTest %s, lme4 %s, %s: y ~ visit + (1 | subject), REML; kr = Kenward-Roger, sw = Satterthwaite",
  packageVersion("pbkrtest"), packageVersion("lmerTest"), packageVersion("lme4"), R.version.string),
  "case,values,correlation,changes,se_kr,df_kr,f_kr,df_all_kr,p_kr,se_sw,df_sw,f_sw,df_all_sw,p_sw"), out)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-11, maxfun = 1e5), calc.derivs = TRUE, check.conv.singular = "ignore")
for (name in names(cases)) {
  y <- cases[[name]]; d <- long(y); k <- ncol(y)
  if (max(abs(y), na.rm = TRUE) > 1000) next
  fit <- lmerTest::lmer(y ~ visit + (1 | subject), data = d, REML = TRUE, control = control)
  if (isSingular(fit)) { message(name, " singular"); next }
  v <- as.data.frame(VarCorr(fit))$vcov
  kr <- summary(fit, ddf = "Kenward-Roger")$coefficients[-1, , drop = FALSE]
  sw <- summary(fit, ddf = "Satterthwaite")$coefficients[-1, , drop = FALSE]
  L <- cbind(0, diag(k - 1))
  test_kr <- contestMD(fit, L, ddf = "Kenward-Roger")
  test_sw <- contestMD(fit, L, ddf = "Satterthwaite")
  values <- paste(apply(y, 1, function(r) paste(ifelse(is.na(r), "nan", format(r, digits = 15, trim = TRUE)), collapse = " ")), collapse = ";")
  writeLines(sprintf("%s,%s,%.10g,%s,%s,%s,%.12g,%.12g,%.12g,%s,%s,%.12g,%.12g,%.12g", name, values, v[1] / sum(v), spell(kr[, 1]),
    spell(kr[, 2]), spell(kr[, 3]), test_kr[["F value"]], test_kr$DenDF, test_kr[["Pr(>F)"]],
    spell(sw[, 2]), spell(sw[, 3]), test_sw[["F value"]], test_sw$DenDF, test_sw[["Pr(>F)"]]), out)
}
close(out)
