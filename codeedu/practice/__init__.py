"""Practice: question banks, generated items, sessions, the learner's record, and their views.

Bottom to top: `items` and `record`; `grading`, `statistics`; `lint`, `bank`, `generate`;
`selection`, `session`; `screens`; `progress` and `widget`, which notebooks call.
"""
