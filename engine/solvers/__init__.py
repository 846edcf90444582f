"""How an iteration is computed: directly on the weights, or in Gram space."""
