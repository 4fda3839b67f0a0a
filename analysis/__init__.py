"""How well people agree with a unit, and with each other. Arrays in, frozen values out.

This package imports numpy and scipy and nothing else: it can be used from a notebook without a study file,
a window or a network. `analysis.report.analyse` computes every figure of a study as one value.
"""
