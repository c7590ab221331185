# Numeric nights of many people with correlated random slopes by lme4's lmer, each night by itself.
# Writes nights.csv (simulated here), estimates.csv, fits.csv and versions.csv beside this file.
#
#     Rscript tests/oracles/lmer_slopes/make.R          (half a minute; Debian: r-cran-lme4)
#
# cases   "slope": 18 people, 20 to 40 nights, intercept and one slope; "slopes": 24 people, intercept and two slopes;
#         "alike": 8 people who do not differ in their slope (sd at zero)
# lower, upper: profile limits (confint, of the maximum likelihood as lme4 does it), 95%.

suppressMessages(library(lme4))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))

simulate <- function(case, seed, people, sds) {
  set.seed(seed)
  made <- do.call(rbind, lapply(seq_len(people), function(i) {
    n <- sample(20:40, 1)
    u <- sds * rnorm(3)
    rows <- data.frame(case, person = i, night = seq_len(n), stretched = rbinom(n, 1, 0.45),
                       caffeine_100 = sample(c(0, 0.8, 1.6, 2.4), n, TRUE))
    rows$sleep_h <- 7 + u[1] + (0.3 + u[2] + 0.3 * u[1]) * rows$stretched + (u[3] - 0.3) * rows$caffeine_100 + rnorm(n)
    rows
  }))
  made$sleep_h <- signif(made$sleep_h, 8)
  made
}

fitted <- function(nights) {
  case <- nights$case[1]
  form <- if (case == "slopes") sleep_h ~ stretched + caffeine_100 + (1 + stretched + caffeine_100 | person) else
    sleep_h ~ stretched + caffeine_100 + (1 + stretched | person)
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5), calc.derivs = FALSE,
                         check.conv.singular = "ignore")
  reml <- lmer(form, nights, control = control)
  ml <- update(reml, REML = FALSE)
  terms <- names(fixef(reml))
  limits <- suppressWarnings(confint(ml, parm = "beta_", method = "profile", quiet = TRUE))
  sds <- attr(VarCorr(reml)$person, "stddev")
  list(terms = data.frame(case, term = terms, estimate = fixef(reml), se = sqrt(diag(as.matrix(vcov(reml)))),
                          ml_estimate = fixef(ml), lower = limits[terms, 1], upper = limits[terms, 2], row.names = NULL),
       fit = data.frame(case, sigma = sigma(reml), sd_intercept = sds[1], sd_stretched = sds[2],
                        sd_caffeine_100 = if (length(sds) > 2) sds[3] else NA,
                        log_likelihood = as.numeric(logLik(reml)), ml_log_likelihood = as.numeric(logLik(ml)),
                        n = nrow(nights), row.names = NULL))
}

cases <- list(simulate("slope", 51, 18, c(0.7, 0.4, 0)), simulate("slopes", 52, 24, c(0.7, 0.5, 0.3)),
              simulate("alike", 55, 8, c(0.6, 0, 0)))
found <- lapply(cases, fitted)
short <- function(table) {
  numbers <- sapply(table, is.numeric)
  table[numbers] <- signif(table[numbers], 10)
  table
}
write.csv(do.call(rbind, cases), file.path(folder, "nights.csv"), row.names = FALSE, quote = FALSE)
write.csv(short(do.call(rbind, lapply(found, `[[`, "terms"))), file.path(folder, "estimates.csv"), row.names = FALSE,
          quote = FALSE)
write.csv(short(do.call(rbind, lapply(found, `[[`, "fit"))), file.path(folder, "fits.csv"), row.names = FALSE,
          quote = FALSE)
versions <- c(R = as.character(getRversion()), lme4 = as.character(packageVersion("lme4")))
write.csv(data.frame(what = names(versions), version = versions), file.path(folder, "versions.csv"),
          row.names = FALSE, quote = FALSE)
print(do.call(rbind, lapply(found, `[[`, "fit")))
print(do.call(rbind, lapply(found, `[[`, "terms")))
