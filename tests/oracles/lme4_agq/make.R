# Random-intercept fits of diary-shaped nights by lme4's adaptive Gauss-Hermite quadrature, profile limits included.
# Writes nights.csv (simulated here), estimates.csv and versions.csv beside this file.
#
#     Rscript tests/oracles/lme4_agq/make.R          (three minutes; Debian: r-cran-lme4)
#
# cases   "diaries": 25 people, about 40 nights each, sd 0.9; "visits": 120 people, 6 nights each, sd 2
# 49 nodes each: the number at which the estimates stop moving in the fifth digit.

suppressMessages(library(lme4))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
NODES <- 49

diaries <- function(case, seed, people, nights, sd, missing) {
  set.seed(seed)
  made <- expand.grid(night = seq_len(nights), person = seq_len(people))
  made$stretched <- rbinom(nrow(made), 1, 0.45)
  made$caffeine <- sample(c(0, 80, 160, 240), nrow(made), TRUE)
  u <- rnorm(people, 0, sd)
  eta <- -0.3 - 0.8 * made$stretched + 0.004 * made$caffeine + u[made$person]
  made$symptoms <- rbinom(nrow(made), 1, plogis(eta))
  made$case <- case
  made[runif(nrow(made)) >= missing, c("case", "person", "night", "stretched", "caffeine", "symptoms")]
}

fitted <- function(nights) {
  nights$caffeine_100 <- nights$caffeine / 100
  model <- glmer(symptoms ~ stretched * caffeine_100 + (1 | person), nights, binomial, nAGQ = NODES,
                 control = glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5)))
  limits <- confint(model, method = "profile", quiet = TRUE)
  terms <- names(fixef(model))
  data.frame(case = nights$case[1], term = terms, estimate = fixef(model), se = sqrt(diag(vcov(model))),
             lower = limits[terms, 1], upper = limits[terms, 2], person_sd = sqrt(VarCorr(model)$person[1]),
             log_likelihood = as.numeric(logLik(model)), n = nrow(nights), row.names = NULL)
}

cases <- list(diaries("diaries", 31, 25, 45, 0.9, 0.1), diaries("visits", 32, 120, 6, 2, 0))
write.csv(do.call(rbind, cases), file.path(folder, "nights.csv"), row.names = FALSE, quote = FALSE)
estimates <- do.call(rbind, lapply(cases, fitted))
estimates[sapply(estimates, is.numeric)] <- signif(estimates[sapply(estimates, is.numeric)], 10)
write.csv(estimates, file.path(folder, "estimates.csv"), row.names = FALSE, quote = FALSE)
versions <- c(R = as.character(getRversion()), lme4 = as.character(packageVersion("lme4")), nodes = NODES)
write.csv(data.frame(what = names(versions), version = versions), file.path(folder, "versions.csv"),
          row.names = FALSE, quote = FALSE)
print(estimates)
