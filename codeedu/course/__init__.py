"""The learner's course: a copy of the lessons of one's own, opened in JupyterLab."""
