"""Five seconds before the first call: what the line carries, and what that allows.

`survey` decides what to send and when, `line_fit` finds the line that explains best when it
arrived, `promise` lets the allocator say what such a line is good for.
"""
