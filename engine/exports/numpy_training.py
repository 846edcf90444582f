"""Plain NumPy code for what a run's loop calls: the update, its learning rate, its batches."""

from __future__ import annotations

from engine.exports.plan import Plan, block
from engine.solvers.batches import DROPOUT, SHUFFLE

UPDATES = {
    "gradient descent": block(
        """
        def update_parameters(parameters, grads, learning_rate):
            return {
                name: value - learning_rate * grads["d" + name]
                for name, value in parameters.items()
            }
        """
    ),
    "momentum": block(
        '''
        def update_parameters(parameters, grads, learning_rate, v):
            """v = beta1 v + (1 - beta1) dW, W = W - alpha v; v starts at 0."""
            updated = {}
            for name, value in parameters.items():
                v[name] = beta1 * v.get(name, 0) + (1 - beta1) * grads["d" + name]
                updated[name] = value - learning_rate * v[name]
            return updated
        '''
    ),
    "RMSprop": block(
        '''
        def update_parameters(parameters, grads, learning_rate, s):
            """s = beta2 s + (1 - beta2) dW^2, W = W - alpha dW / (sqrt(s) + epsilon)."""
            updated = {}
            for name, value in parameters.items():
                g = grads["d" + name]
                s[name] = beta2 * s.get(name, 0) + (1 - beta2) * np.square(g)
                updated[name] = value - learning_rate * g / (np.sqrt(s[name]) + epsilon)
            return updated
        '''
    ),
    "Adam": block(
        '''
        def update_parameters(parameters, grads, learning_rate, v, s, t):
            """v and s as averages of dW and dW^2, both corrected for their start at 0."""
            updated = {}
            for name, value in parameters.items():
                g = grads["d" + name]
                v[name] = beta1 * v.get(name, 0) + (1 - beta1) * g
                s[name] = beta2 * s.get(name, 0) + (1 - beta2) * np.square(g)
                v_corrected = v[name] / (1 - beta1**t)
                s_corrected = s[name] / (1 - beta2**t)
                step = v_corrected / (np.sqrt(s_corrected) + epsilon)
                updated[name] = value - learning_rate * step
            return updated
        '''
    ),
}
DECAYS = {
    "1/t": "learning_rate / (1 + decay_rate * epoch)",
    "exponential": "learning_rate * math.exp(-decay_rate * epoch)",
    "step": "learning_rate * 0.5 ** math.floor(decay_rate * epoch)",
}
STREAM = block(
    '''
    def random_numbers(use, number):
        """A stream of its own for each use and each epoch or iteration, from the seed."""
        return np.random.Generator(np.random.Philox(key=[seed, use], counter=[0, 0, 0, number]))
    '''
)
BATCH = block(
    f'''
    def random_mini_batch(m, iteration):
        """The training examples of an iteration: shuffled each epoch, each seen once an epoch."""
        epoch, place = divmod(iteration, math.ceil(m / mini_batch_size))
        order = random_numbers({SHUFFLE}, epoch).permutation(m)
        return order[place * mini_batch_size : (place + 1) * mini_batch_size]
    '''
)
MASKS = block(
    f'''
    def dropout_masks(iteration, m):
        """D = rand < keep_prob for each layer with dropout, (n^[l], m)."""
        random = random_numbers({DROPOUT}, iteration)
        return {{
            layer: random.random((layers_dims[layer], m)) < keep for layer, keep in keep_prob.items()
        }}
    '''
)
ACCURACY = """\
def accuracy(ZL, Y):
    \"""The share of columns whose predicted class is that of Y.\"""
    if not np.isfinite(ZL).all():
        return math.nan
    return float(np.mean({right}))"""
WRITE = block(
    """
    def write_curve(file_name, curve):
        with open(file_name, "w", newline="") as file:
            writer = csv.writer(file)
            names = ["train_cost", "test_cost", "train_accuracy", "test_accuracy"]
            writer.writerow(["iteration", *names])
            for row in curve:
                writer.writerow([number if math.isfinite(number) else "" for number in row])
    """
)


def training_functions(plan: Plan) -> str:
    h, pieces = plan.h, []
    if plan.stochastic:
        pieces.append(STREAM)
    if h.mini_batch:
        pieces.append(BATCH)
    if h.keep_probs:
        pieces.append(MASKS)
    pieces.append(UPDATES[h.optimizer])
    if h.decay != "none":
        pieces.append(f"def update_lr(epoch):\n    return {DECAYS[h.decay]}")
    binary = plan.layers_dims[-1] == 1
    # a > 0.5 where z > 0
    right = "(ZL > 0) == (Y == 1)" if binary else "ZL.argmax(axis=0) == Y.argmax(axis=0)"
    return "\n\n\n".join([*pieces, ACCURACY.format(right=right), WRITE])
