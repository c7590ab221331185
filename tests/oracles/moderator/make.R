# A person-level moderator of a within-person effect by lme4 (Laplace), with profile limits of the interaction and of the
# slope's sd with and without it, and the effects in nights per 30 at both levels, integrated over people at the estimates.
# Writes nights.csv (simulated here), coefficients.csv, effects.csv and versions.csv beside this file.
#
#     Rscript tests/oracles/moderator/make.R          (a few minutes; Debian: r-cran-lme4)
#
# 24 people, 60 nights each: with so many nights a person the Laplace approximation is within 0.02 standard errors.

suppressMessages(library(lme4))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
set.seed(61)
people <- 24
nights <- expand.grid(night = 1:60, person = sprintf("p%02d", 1:people))
nights$done <- rbinom(nrow(nights), 1, 0.5)
trait <- rep(0:1, length.out = people)
u <- matrix(rnorm(2 * people), people) %*% chol(matrix(c(0.64, 0.1, 0.1, 0.64), 2))
i <- as.integer(nights$person)
nights$trait <- trait[i]
nights$symptoms <- rbinom(nrow(nights), 1, plogis(-0.3 + u[i, 1] + (-0.2 - 1.1 * trait[i] + u[i, 2]) * nights$done))
nights$mean <- ave(nights$done, nights$person)
nights$own <- nights$done - nights$mean

control <- glmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5))
with_it <- glmer(symptoms ~ own * trait + mean + (1 + own | person), nights, binomial, control = control)
without <- glmer(symptoms ~ own + trait + mean + (1 + own | person), nights, binomial, control = control)
limits <- function(model, which) confint(model, which, method = "profile", quiet = TRUE, oldNames = FALSE)
sd_of <- function(model) attr(VarCorr(model)$person, "stddev")[["own"]]
sd_limits <- lapply(list(with_it, without), limits, "theta_")
pick <- function(found) unlist(found["sd_own|person", ])
coefficient <- limits(with_it, "own:trait")
rows <- rbind(
  data.frame(what = "interaction", estimate = fixef(with_it)[["own:trait"]], lower = coefficient[1, 1],
             upper = coefficient[1, 2]),
  data.frame(what = "sd with", estimate = sd_of(with_it), lower = pick(sd_limits[[1]])[1], upper = pick(sd_limits[[1]])[2]),
  data.frame(what = "sd without", estimate = sd_of(without), lower = pick(sd_limits[[2]])[1],
             upper = pick(sd_limits[[2]])[2]))

# everybody's nights as if everybody had the trait, or nobody, over u ~ N(0, Sigma)
sigma <- as.matrix(VarCorr(with_it)$person)[1:2, 1:2]
beta <- fixef(with_it)
risk <- function(done, trait) {
  own <- done - nights$mean
  middle <- beta[["(Intercept)"]] + beta[["own"]] * own + beta[["trait"]] * trait + beta[["mean"]] * nights$mean +
    beta[["own:trait"]] * own * trait
  spread <- sqrt(sigma[1, 1] + 2 * own * sigma[1, 2] + own^2 * sigma[2, 2])
  mean(mapply(function(m, s) integrate(function(z) plogis(m + s * z) * dnorm(z), -8, 8)$value, middle, spread))
}
effect <- function(trait) 30 * (risk(1, trait) - risk(0, trait))
effects <- data.frame(level = c("no", "yes"), nights_per_30 = c(effect(0), effect(1)))

write <- function(table, name) {
  table[sapply(table, is.numeric)] <- signif(table[sapply(table, is.numeric)], 8)
  write.csv(table, file.path(folder, name), row.names = FALSE, quote = FALSE)
}
write(nights[, c("person", "night", "done", "trait", "symptoms")], "nights.csv")
write(rows, "coefficients.csv")
write(effects, "effects.csv")
versions <- c(R = as.character(getRversion()), lme4 = as.character(packageVersion("lme4")))
write.csv(data.frame(what = names(versions), version = versions), file.path(folder, "versions.csv"),
          row.names = FALSE, quote = FALSE)
print(rows)
print(effects)
