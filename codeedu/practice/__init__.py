"""Practice: the bank and its made items, sessions, the learner's own record, and their views.

Bottom to top: `items`, `schema` and `record`; `bank`, `grade`, `findings`, `choose`; `generate`,
`session`, `sittings`, `report`; and the views, `pages`, `results`, `resume`, `view` and `plans`.
"""
