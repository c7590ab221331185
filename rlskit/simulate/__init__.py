"""Diaries whose truth is known.

diaries.py draws them: settings.py and options.py say what may be asked, exposures.py and additions.py what people do,
truth.py what is true of it, tables.py how it is written down.
"""
