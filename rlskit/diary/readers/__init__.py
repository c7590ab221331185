"""One file for each app, and what they share. detect.py lists them; read.py reads a file or a folder."""
