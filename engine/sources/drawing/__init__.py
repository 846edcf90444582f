"""Drawing cats and other things with code, so that the default pictures belong to nobody else."""
