"""The parts of the lab, each with its own show function."""
