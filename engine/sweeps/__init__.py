"""Searching over hyperparameters with Optuna: what is varied, where it runs, what came out.

Optuna proposes and remembers; what is added here is that runs of one architecture train stacked.
"""
