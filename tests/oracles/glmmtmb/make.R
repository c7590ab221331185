# Laplace log-likelihoods of yes/no nights by glmmTMB (with and without ar1) and lme4, at their own estimates.
# Writes nights.csv (simulated here), estimates.csv and versions.csv beside this file.
#
#     Rscript tests/oracles/glmmtmb/make.R          (under a minute; Debian: r-cran-glmmtmb, r-cran-lme4)
#
# cases   "every night": 20 people x 60 nights, intercept, slope and AR(1); "gaps": the same with about a quarter of
#         the nights missing, spells of several among them; "one slope", "two slopes": no AR(1)
# Night is a factor with all its levels, so that a missing night keeps its place in glmmTMB's ar1.

suppressMessages({library(glmmTMB); library(lme4)})
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
PEOPLE <- 20
NIGHTS <- 60

simulated <- function(case, seed, sigma, phi, missing) {
  set.seed(seed)
  made <- expand.grid(night = seq_len(NIGHTS), person = seq_len(PEOPLE))
  made$stretched <- rbinom(nrow(made), 1, 0.45)
  made$alcohol <- round(rnorm(nrow(made)), 2)
  u <- cbind(rnorm(PEOPLE, 0, 0.9), rnorm(PEOPLE, 0, 0.7), rnorm(PEOPLE, 0, 0.5))
  u[, 2] <- u[, 2] - 0.4 * u[, 1]
  e <- as.vector(replicate(PEOPLE, arima.sim(list(ar = phi), NIGHTS, sd = sqrt(1 - phi^2), n.start = 200)))
  at <- made$person
  eta <- -0.4 - 0.7 * made$stretched + 0.5 * made$alcohol + u[at, 1] + u[at, 2] * made$stretched +
    u[at, 3] * made$alcohol + sigma * e
  made$symptoms <- rbinom(nrow(made), 1, plogis(eta))
  made$case <- case
  spell <- missing > 0 & made$night > 20 & made$night <= 20 + made$person %% 7
  made[runif(nrow(made)) >= missing & !spell, c("case", "person", "night", "stretched", "alcohol", "symptoms")]
}

# one row: coefficients, the lower triangle of the people's covariance row by row, sigma, phi, log-likelihood
row <- function(case, tool, nights, coefficients, covariance, sigma, phi, value) {
  full <- matrix(0, 3, 3)
  full[seq_len(nrow(covariance)), seq_len(ncol(covariance))] <- covariance
  data.frame(case = case, tool = tool, intercept = coefficients[[1]], stretched = coefficients[[2]],
             alcohol = coefficients[[3]], v11 = full[1, 1], v21 = full[2, 1], v22 = full[2, 2], v31 = full[3, 1],
             v32 = full[3, 2], v33 = full[3, 3], sigma = sigma, phi = phi, log_likelihood = value, n = nrow(nights))
}

by_glmmtmb <- function(nights, effects, ar1) {
  case <- nights$case[1]
  nights$night <- factor(nights$night, levels = seq_len(NIGHTS))
  nights$person <- factor(nights$person)
  terms <- paste0("symptoms ~ stretched + alcohol + (", effects, " | person)", if (ar1) "+ ar1(night + 0 | person)")
  model <- glmmTMB(as.formula(terms), nights, binomial)
  spread <- VarCorr(model)$cond
  carried <- if (ar1) spread[[2]] else NULL
  row(case, "glmmTMB", nights, fixef(model)$cond, spread[[1]],
      if (ar1) attr(carried, "stddev")[[1]] else 0, if (ar1) attr(carried, "correlation")[1, 2] else 0,
      as.numeric(logLik(model)))
}

by_lme4 <- function(nights, effects) {
  case <- nights$case[1]
  terms <- paste0("symptoms ~ stretched + alcohol + (", effects, " | person)")
  model <- glmer(as.formula(terms), nights, binomial, control = glmerControl(optimizer = "bobyqa", tolPwrss = 1e-10))
  row(case, "lme4", nights, fixef(model), VarCorr(model)$person, 0, 0, as.numeric(logLik(model)))
}

every <- simulated("every night", 41, 1, 0.6, 0)
gaps <- simulated("gaps", 42, 1.2, 0.8, 0.2)
one <- simulated("one slope", 43, 0, 0.5, 0.1)
two <- simulated("two slopes", 44, 0, 0.5, 0.1)
write.csv(rbind(every, gaps, one, two), file.path(folder, "nights.csv"), row.names = FALSE, quote = FALSE)
estimates <- rbind(
  by_glmmtmb(every, "1 + stretched", TRUE), by_glmmtmb(gaps, "1 + stretched", TRUE),
  by_glmmtmb(one, "1 + stretched", FALSE), by_lme4(one, "1 + stretched"),
  by_glmmtmb(two, "1 + stretched + alcohol", FALSE), by_lme4(two, "1 + stretched + alcohol"))
estimates[sapply(estimates, is.numeric)] <- signif(estimates[sapply(estimates, is.numeric)], 12)
write.csv(estimates, file.path(folder, "estimates.csv"), row.names = FALSE, quote = FALSE)
versions <- c(R = as.character(getRversion()), glmmTMB = as.character(packageVersion("glmmTMB")),
              TMB = as.character(packageVersion("TMB")), lme4 = as.character(packageVersion("lme4")))
write.csv(data.frame(what = names(versions), version = versions), file.path(folder, "versions.csv"),
          row.names = FALSE, quote = FALSE)
print(estimates)
