"""A run to take home: its curve, its settings, and programs that give its numbers again.

The programs are text; nothing is run here. `notebook` and `script` need this engine, `numpy_script`
needs NumPy and h5py alone. Each reads the dataset's two HDF5 files, or a dataset known by name.
"""

from __future__ import annotations

from engine.exports.configuration import configuration_json, read_configuration, stages_json
from engine.exports.curves import Curves, curve_csv, curve_json, curves_of
from engine.exports.dataset_files import dataset_files
from engine.exports.notebook import notebook
from engine.exports.numpy_script import numpy_script
from engine.exports.script import script

__all__ = [
    "Curves",
    "configuration_json",
    "curve_csv",
    "curve_json",
    "curves_of",
    "dataset_files",
    "notebook",
    "numpy_script",
    "read_configuration",
    "script",
    "stages_json",
]
