"""May a number be trusted? Fifteen checks of one answer, and three other ways to doubt it.

fit_checks.py asks all checks. context.py lines the fit up with its calendar, refit.py fits variations of it, unit.py
knows what an outcome is counted in, row.py is one line of the table; then one file for each family: controls (what the
exposure cannot have caused), responsive (what it answered), residuals (memory left over), influence (single weeks),
omitted_terms (trend, weekday), tracking (when columns were kept), comparison (overlap, one-sided nights, changes,
nights per column), missing (empty nights), e_value (what was not measured). gee.py fits with other assumptions,
coverage.py and simulated_fit.py draw diaries of which the truth is known, specifications.py and variations.py ask again
with other choices.
"""
