# Everybody's own effect of stretching in numeric nights: the conditional mean and variance that lme4 and nlme give.
# Reads nights.csv of ../lmer_slopes and ../nlme_ar1; writes people.csv and versions.csv beside this file.
#
#     Rscript tests/oracles/gaussian_people/make.R          (ten seconds; Debian: r-cran-lme4, r-cran-nlme)
#
# effect: fixed coefficient plus the person's own, at the REML estimate (nlme: corAR1). variance: of the person's own
# part given the fixed ones (lme4's condVar; nlme gives none).

suppressMessages({library(lme4); library(nlme)})
folder <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
read <- function(from, which) subset(read.csv(file.path(folder, "..", from, "nights.csv")), case == which)

by_lmer <- function(case) {
  form <- if (case == "slopes") sleep_h ~ stretched + caffeine_100 + (1 + stretched + caffeine_100 | person) else
    sleep_h ~ stretched + caffeine_100 + (1 + stretched | person)
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5), calc.derivs = FALSE)
  model <- lmer(form, read("lmer_slopes", case), control = control)
  own <- lme4::ranef(model, condVar = TRUE)$person
  data.frame(tool = "lme4", case, person = rownames(own), effect = lme4::fixef(model)["stretched"] + own$stretched,
             variance = attr(own, "postVar")[2, 2, ], row.names = NULL)
}
by_nlme <- function() {
  nights <- read("nlme_ar1", "people")
  control <- list(msMaxIter = 500, maxIter = 500, tolerance = 1e-10, msTol = 1e-12, niterEM = 50, opt = "nlminb")
  model <- lme(sleep_h ~ stretched + caffeine_100 + spell, nights, random = ~ stretched | person,
               correlation = corAR1(0.3, form = ~ night | person), method = "REML", control = control)
  own <- nlme::ranef(model)
  data.frame(tool = "nlme", case = "people", person = rownames(own),
             effect = nlme::fixef(model)["stretched"] + own$stretched, variance = NA, row.names = NULL)
}

found <- rbind(by_lmer("slope"), by_lmer("slopes"), by_nlme())
found[c("effect", "variance")] <- signif(found[c("effect", "variance")], 8)
write.csv(found, file.path(folder, "people.csv"), row.names = FALSE, quote = FALSE)
versions <- c(R = as.character(getRversion()), lme4 = as.character(packageVersion("lme4")),
              nlme = as.character(packageVersion("nlme")))
write.csv(data.frame(what = names(versions), version = versions), file.path(folder, "versions.csv"),
          row.names = FALSE, quote = FALSE)
