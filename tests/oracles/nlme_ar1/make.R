# Numeric nights with night-to-night persistence by nlme: one diary (gls) and many people (lme), gaps in both.
# Writes nights.csv (simulated here), estimates.csv, fits.csv and versions.csv beside this file.
#
#     Rscript tests/oracles/nlme_ar1/make.R          (half a minute; Debian: r-cran-nlme)
#
# cases   "diary": 90 nights, phi 0.6; "seesaw": 80 nights, phi -0.4; "people": 20 people, 40 nights, intercepts and
#         slopes that differ, phi 0.5. One night in six is missing everywhere.
# kinds   corAR1 counts the nights between (phi may be negative), corCAR1 takes them as time (phi above zero). corAR1
#         wants whole numbers for its covariate and knows gaps by them. REML and ML each.

suppressMessages(library(nlme))
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))

ar1 <- function(n, phi) {
  e <- rnorm(n)
  for (t in seq_len(n)[-1]) e[t] <- phi * e[t - 1] + sqrt(1 - phi^2) * e[t]
  e
}

one <- function(person, n, phi, u = c(0, 0)) {
  made <- data.frame(person = person, night = seq_len(n), stretched = rbinom(n, 1, 0.45),
                     caffeine_100 = sample(c(0, 0.8, 1.6, 2.4), n, TRUE), spell = rep(0:1, each = 10, length.out = n))
  made$sleep_h <- 7.2 + u[1] + (0.3 + u[2]) * made$stretched - 0.25 * made$caffeine_100 + 0.1 * made$spell +
    0.9 * ar1(n, phi)
  made[runif(n) >= 1 / 6, ]
}

set.seed(41)
diary <- one(1, 90, 0.6)
seesaw <- one(1, 80, -0.4)
people <- do.call(rbind, lapply(1:20, function(i) {
  a <- rnorm(2)
  one(i, 40, 0.5, c(0.6 * a[1], 0.35 * (0.4 * a[1] + sqrt(1 - 0.16) * a[2])))
}))

control <- list(msMaxIter = 500, maxIter = 500, tolerance = 1e-10, msTol = 1e-12, niterEM = 50, opt = "nlminb")
fitted <- function(case, nights, kind, method) {
  form <- sleep_h ~ stretched + caffeine_100 + spell
  if (case == "people") {
    cor <- if (kind == "corAR1") corAR1(0.3, form = ~ night | person) else corCAR1(0.3, form = ~ night | person)
    model <- lme(form, nights, random = ~ stretched | person, correlation = cor, method = method, control = control)
    beta <- fixef(model)
    spread <- as.matrix(getVarCov(model))
    sds <- c(sqrt(diag(spread)), spread[1, 2] / sqrt(prod(diag(spread))))
  } else {
    cor <- if (kind == "corAR1") corAR1(0.1, form = ~ night) else corCAR1(0.3, form = ~ night)
    model <- gls(form, nights, correlation = cor, method = method, control = glsControl(tolerance = 1e-10, msTol = 1e-12))
    beta <- coef(model)
    sds <- c(NA, NA, NA)
  }
  phi <- coef(model$modelStruct$corStruct, unconstrained = FALSE)
  se <- sqrt(diag(vcov(model)))
  limits <- if (case == "people") intervals(model, which = "fixed")$fixed else intervals(model, which = "coef")$coef
  list(terms = data.frame(case, kind, method, term = names(beta), estimate = beta, se = se, lower = limits[, "lower"],
                          upper = limits[, "upper"], row.names = NULL),
       fit = data.frame(case, kind, method, phi = as.numeric(phi), sigma = model$sigma, sd_intercept = sds[1],
                        sd_stretched = sds[2], correlation = sds[3], log_likelihood = as.numeric(logLik(model)),
                        n = nrow(nights), row.names = NULL))
}

asked <- expand.grid(case = c("diary", "seesaw", "people"), kind = c("corAR1", "corCAR1"), method = c("REML", "ML"),
                     stringsAsFactors = FALSE)
# a continuous-time process cannot swing from night to night
asked <- asked[!(asked$case == "seesaw" & asked$kind == "corCAR1"), ]
data <- list(diary = diary, seesaw = seesaw, people = people)
found <- lapply(seq_len(nrow(asked)), function(k) with(asked[k, ], fitted(case, data[[case]], kind, method)))
short <- function(table) {
  numbers <- sapply(table, is.numeric)
  table[numbers] <- signif(table[numbers], 10)
  table
}
write.csv(do.call(rbind, lapply(names(data), function(case) cbind(case, short(data[[case]])))),
          file.path(folder, "nights.csv"), row.names = FALSE, quote = FALSE)
write.csv(short(do.call(rbind, lapply(found, `[[`, "terms"))), file.path(folder, "estimates.csv"), row.names = FALSE,
          quote = FALSE)
write.csv(short(do.call(rbind, lapply(found, `[[`, "fit"))), file.path(folder, "fits.csv"), row.names = FALSE,
          quote = FALSE)
versions <- c(R = as.character(getRversion()), nlme = as.character(packageVersion("nlme")))
write.csv(data.frame(what = names(versions), version = versions), file.path(folder, "versions.csv"),
          row.names = FALSE, quote = FALSE)
print(do.call(rbind, lapply(found, `[[`, "fit")))
