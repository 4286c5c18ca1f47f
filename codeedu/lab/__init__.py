"""The learner's copy of the lessons, protected, and JupyterLab as their classroom."""
