"""What may be claimed: the advice table, its curves, and every result in sentences.

advice.py asks the questions of questions.py, frames.py picks the nights each one may use, adjusters.py its adjustment
set, refusals.py says when it cannot be asked yet, simultaneous.py how wide all limits must be together, landmarks.py
asks again an hour earlier and later, power.py says how long a diary would have to be, plan.py finds it by simulation.
result.py holds the answers and how they look in print, onset.py says when symptoms begin, dose.py and trend.py trace
curves, sentences.py and result_sentences.py say it.
"""
