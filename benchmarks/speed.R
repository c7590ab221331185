# One fit by lme4 or glmmTMB for benchmarks/speed.py: Rscript speed.R <tool> <nights.csv> <ar1|none> <runs>
arguments <- commandArgs(TRUE)
tool <- arguments[1]
nights <- read.csv(arguments[2])
persistent <- arguments[3] == "ar1" && tool == "glmmTMB"  # lme4 has no such term and is fitted without
runs <- as.integer(arguments[4])
suppressMessages(library(tool, character.only = TRUE))
nights$person <- factor(nights$person)
nights$night <- factor(nights$night)
fixed <- "symptoms ~ stretched + caffeine + alcohol + late + (1 + stretched | person)"
fit <- function() {
  if (tool == "lme4") return(suppressWarnings(glmer(as.formula(fixed), nights, binomial)))
  if (persistent) fixed <- paste(fixed, "+ ar1(night + 0 | person)")
  suppressWarnings(glmmTMB(as.formula(fixed), nights, binomial))
}
times <- sapply(seq_len(runs), function(run) {
  took <- system.time(model <<- fit())
  c(took[["elapsed"]], took[["user.self"]] + took[["sys.self"]])
})
beta <- if (tool == "lme4") fixef(model) else fixef(model)$cond
covariance <- if (tool == "lme4") vcov(model) else vcov(model)$cond
spread <- if (tool == "lme4") VarCorr(model) else VarCorr(model)$cond
carried <- if (persistent) spread$person.1 else NULL
cat(sep = "\n",
    paste("seconds", median(times[1, ])), paste("cpu_seconds", median(times[2, ])), paste("log_likelihood", format(as.numeric(logLik(model)), digits = 12)),
    paste(c("beta", beta), collapse = " "), paste(c("se", sqrt(diag(as.matrix(covariance)))), collapse = " "),
    paste(c("person_sd", attr(spread$person, "stddev")), collapse = " "),
    paste("sigma", if (persistent) attr(carried, "stddev")[1] else NaN),
    paste("phi", if (persistent) attr(carried, "correlation")[1, 2] else NaN),
    paste("version", tool, packageVersion(tool), "R", getRversion()))
