"""Plain NumPy code for what a run reads: two files, or points, and what its settings do to them."""

from __future__ import annotations

from engine.exports.plan import Plan, block, code, literal
from engine.scaling import LEAST_SPREAD

LOAD = block(
    '''
    def load_data(train_file, test_file):
        """The course's load_data: pictures (m, height, width, 3), labels (1, m), class names."""
        arrays = []
        for file_name, part in ((train_file, "train"), (test_file, "test")):
            with h5py.File(file_name, "r") as file:
                arrays.append(file[f"{part}_set_x"][:])
                arrays.append(file[f"{part}_set_y"][:].astype(np.int64).reshape(1, -1))
                classes = tuple(name.decode().strip() for name in file["list_classes"][:])
        sha = hashlib.sha256(repr((classes, arrays[0].shape)).encode())
        for array in arrays:
            sha.update(array.tobytes())
        if sha.hexdigest() != dataset_digest:
            print("These are not the pictures that the run was made with.", file=sys.stderr)
        return (*arrays, classes)
    '''
)

RESIZED = block(
    '''
    def resized(pictures):
        """Each picture shrunk to picture_size x picture_size pixels."""
        size = (picture_size, picture_size)
        smaller = [Image.fromarray(p).resize(size, Image.Resampling.LANCZOS) for p in pictures]
        return np.stack([np.array(picture) for picture in smaller])
    '''
)

SUBSET = block(
    """
    # Some of the training examples, chosen by the seed
    random = np.random.default_rng([seed, *b"subset"])
    chosen = np.sort(random.permutation(len(train_x_orig))[:training_pictures])
    train_x_orig, train_y = train_x_orig[chosen], train_y[:, chosen]
    """
)
NOISE = block(
    """
    # Wrong labels on purpose: a share of the training labels moves to another class
    random = np.random.default_rng([seed, *b"noise"])
    wrong = random.permutation(train_y.shape[1])[: round(label_noise * train_y.shape[1])]
    moved = random.integers(1, len(classes), len(wrong))
    train_y[0, wrong] = (train_y[0, wrong] + moved) % len(classes)
    """
)
FLATTEN = block(
    """
    # One picture a column, pixels in [0, 1]
    train_x = train_x_orig.reshape(train_x_orig.shape[0], -1).T / 255.0
    test_x = test_x_orig.reshape(test_x_orig.shape[0], -1).T / 255.0
    """
)
COLUMNS = block(
    """
    # One point a column
    train_x, test_x = train_x_orig.T, test_x_orig.T
    """
)
CENTRED = block(
    """
    # Each input gets mean 0 over the training set
    mean = train_x.mean(axis=1, keepdims=True)
    train_x, test_x = train_x - mean, test_x - mean
    """
)
STANDARDIZED = block(
    f"""
    # Each input gets mean 0 and spread 1 over the training set
    mean = train_x.mean(axis=1, keepdims=True)
    spread = np.maximum(train_x.std(axis=1, keepdims=True), {LEAST_SPREAD})
    train_x, test_x = (train_x - mean) / spread, (test_x - mean) / spread
    """
)
SCALINGS = {"divide by 255": "", "zero-centred": CENTRED, "standardized": STANDARDIZED}
ONE_HOT = block(
    """
    # One row a class: a column has its 1 at its class
    rows = np.arange(len(classes))[:, np.newaxis]
    train_y, test_y = (rows == train_y) * 1.0, (rows == test_y) * 1.0
    """
)
SINGLE = block(
    """
    train_x, train_y = train_x.astype(np.float32), train_y.astype(np.float32)
    test_x, test_y = test_x.astype(np.float32), test_y.astype(np.float32)
    """
)


POINTS_A_LINE = 4


def embedded_points(plan: Plan) -> str:
    """The points themselves, in the script: they are few, and nothing else then has to be there."""
    parts = []
    for part, points in zip(("train", "test"), plan.points, strict=True):
        rows = [
            "    " + ", ".join(str(point) for point in points[i : i + POINTS_A_LINE]) + ","
            for i in range(0, len(points), POINTS_A_LINE)
        ]
        parts.append(code(f"{part}_points = [", *rows, "]"))
    return code("# Each point: x1, x2 and its label", *parts)


def reading_functions(plan: Plan) -> str:
    if plan.points:
        return ""
    return "\n\n\n".join([LOAD, RESIZED] if plan.shrinks else [LOAD])


def reading(plan: Plan) -> str:
    """From the file names in `arguments`, or the points, to train_x, train_y, test_x, test_y as the
    network reads."""
    h = plan.h
    load = block(
        f"""
        classes = {literal(plan.classes)}
        train_x_orig = np.array([point[:2] for point in train_points])
        train_y = np.array([[point[2] for point in train_points]])
        test_x_orig = np.array([point[:2] for point in test_points])
        test_y = np.array([[point[2] for point in test_points]])
        """
        if plan.points
        else """
        train_x_orig, train_y, test_x_orig, test_y, classes = load_data(
            arguments.train_file, arguments.test_file
        )
        """
    )
    shrink = "train_x_orig, test_x_orig = resized(train_x_orig), resized(test_x_orig)"
    return code(
        load,
        SUBSET if h.training_pictures else "",
        NOISE if h.label_noise else "",
        shrink if plan.shrinks else "",
        COLUMNS if plan.points else FLATTEN,
        SCALINGS[h.scaling],
        ONE_HOT if len(plan.classes) > 2 else "",
        SINGLE if h.precision == "float32" else "",
    )
