"""The start notebook: choose files, say what tags mean, read the answers. page.py is what a notebook calls; widgets.py
holds its controls, which alone need ipywidgets; meanings.py and result.py know none."""
