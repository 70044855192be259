"""The engine against modelled lines: 60 seconds in well under one, the same each time.

`site` is the sender as it is built (scheduler, flight, estimator, allocator), with modelled sources
of voice, pictures, readings and a still; `far_end` is the GP's browser as far as packets go. Both
meet over two `linklab.line.Line`. `run.run` gives an `outcome.Outcome`.
"""
