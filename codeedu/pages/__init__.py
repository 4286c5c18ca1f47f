"""The course as web pages: the lessons' own views, alive in the reader's browser."""
