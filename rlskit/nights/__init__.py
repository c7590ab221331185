"""Diary → one row per person and night.

make.py makes the table person by person (person.py): tracking.py decides answer states, landmark.py and evening.py the
order of stretching and symptoms, exposures.py and cells.py the other columns. outcomes.py says what a night is asked
about, regularity.py and regularity_table.py measure how regular sleep is, validate.py checks a table that is handed
in.
"""
