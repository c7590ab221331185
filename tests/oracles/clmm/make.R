# Cumulative-logit fits of diary-shaped nights by ordinal::clm (no person effect) and ordinal::clmm (random intercept).
# Writes nights.csv (simulated here), estimates.csv, fits.csv and versions.csv beside this file.
#
#     Rscript tests/oracles/clmm/make.R          (some minutes; Debian: r-cran-ordinal)
#
# cases  "one diary": one person, 150 nights, 5 levels; "severity": one person, 300 nights, severity 0 to 10 with level 9
#        on no night; "diaries": 25 people, about 40 nights each, 6 levels, sd 0.9; "visits": 100 people, 6 nights, 4
#        levels, sd 2
# Limits: clm's own profile. clmm has none, so its profile is made here: the coefficient held by an offset, the rest
# fitted again, and the limit found where twice the drop in log-likelihood is the 95% quantile of chi-square(1).
# clmm uses 25 adaptive Gauss-Hermite nodes; the log-likelihood of its Laplace fit is kept beside it.

suppressMessages(library(ordinal))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
NODES <- 25

nights <- function(case, seed, people, each, sd, cuts, missing, labels = seq_along(c(cuts, 0)) - 1) {
  set.seed(seed)
  made <- expand.grid(night = seq_len(each), person = seq_len(people))
  made$stretched <- rbinom(nrow(made), 1, 0.45)
  made$caffeine_100 <- sample(c(0, 0.8, 1.6, 2.4), nrow(made), TRUE)
  u <- rnorm(people, 0, sd)
  f <- -0.8 * made$stretched + 0.4 * made$caffeine_100 + u[made$person] + rlogis(nrow(made))
  made$severity <- labels[findInterval(f, cuts) + 1]
  made$case <- case
  made[runif(nrow(made)) >= missing, c("case", "person", "night", "stretched", "caffeine_100", "severity")]
}

rows <- function(case, model, limits, terms) {
  cuts <- setdiff(names(coef(model)), terms)
  se <- sqrt(diag(vcov(model)))[names(coef(model))]
  data.frame(case = case, term = c(terms, cuts), estimate = coef(model)[c(terms, cuts)], se = se[c(terms, cuts)],
             lower = c(limits[, 1], rep(NA, length(cuts))), upper = c(limits[, 2], rep(NA, length(cuts))),
             row.names = NULL)
}

alone <- function(data) {
  data$y <- factor(data$severity)
  model <- clm(y ~ stretched + caffeine_100, data = data)
  limits <- confint(model, type = "profile")
  list(rows = rows(data$case[1], model, limits, rownames(limits)),
       fit = data.frame(case = data$case[1], log_likelihood = as.numeric(logLik(model)), laplace = NA, person_sd = NA,
                        n = nrow(data)))
}

limit <- function(data, term, other, best, se, side) {
  drop <- function(value) {
    data$held <- value * data[[term]]
    formula <- as.formula(paste("y ~", other, "+ offset(held) + (1 | person)"))
    2 * (best$log_likelihood - as.numeric(logLik(clmm(formula, data = data, nAGQ = NODES)))) - qchisq(0.95, 1)
  }
  ends <- best$estimate[[term]] + side * se * c(1.2, 3)
  uniroot(drop, sort(ends), tol = 1e-5 * se)$root
}

grouped <- function(data) {
  data$y <- factor(data$severity)
  data$person <- factor(data$person)
  model <- clmm(y ~ stretched + caffeine_100 + (1 | person), data = data, nAGQ = NODES)
  terms <- c("stretched", "caffeine_100")
  best <- list(log_likelihood = as.numeric(logLik(model)), estimate = as.list(coef(model)[terms]))
  limits <- t(sapply(terms, function(term) {
    se <- sqrt(vcov(model)[term, term])
    sapply(c(-1, 1), function(side) limit(data, term, setdiff(terms, term), best, se, side))
  }))
  laplace <- clmm(y ~ stretched + caffeine_100 + (1 | person), data = data)
  list(rows = rows(data$case[1], model, limits, terms),
       fit = data.frame(case = data$case[1], log_likelihood = best$log_likelihood,
                        laplace = as.numeric(logLik(laplace)), person_sd = sqrt(VarCorr(model)$person[1]),
                        n = nrow(data)))
}

severity <- c(-2.2, -1.3, -0.7, -0.2, 0.3, 0.8, 1.4, 2.1, 3.2)
data <- list(nights("one diary", 41, 1, 150, 0, c(-1, 0, 1, 2), 0),
             nights("severity", 42, 1, 330, 0, severity, 0.1, c(0:8, 10)),
             nights("diaries", 43, 25, 45, 0.9, c(-1.5, -0.5, 0.4, 1.2, 2.4), 0.1),
             nights("visits", 44, 100, 6, 2, c(-1, 0.5, 2), 0))
fits <- c(lapply(data[1:2], alone), lapply(data[3:4], grouped))
save <- function(table, name) {
  number <- sapply(table, is.double)
  table[number] <- signif(table[number], 10)
  write.csv(table, file.path(folder, name), row.names = FALSE, quote = FALSE)
}
save(do.call(rbind, data), "nights.csv")
save(do.call(rbind, lapply(fits, `[[`, "rows")), "estimates.csv")
save(do.call(rbind, lapply(fits, `[[`, "fit")), "fits.csv")
versions <- c(R = as.character(getRversion()), ordinal = as.character(packageVersion("ordinal")), nodes = NODES)
save(data.frame(what = names(versions), version = versions), "versions.csv")
print(do.call(rbind, lapply(fits, `[[`, "rows")))
