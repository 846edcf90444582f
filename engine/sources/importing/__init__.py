"""A person's own pictures made into a dataset: read, looked over, split, kept.

read_material (zip, folder, CSV, HDF5, single pictures) → Material → survey → build → Dataset →
Library. Nothing is unpacked to disk; only the library writes, and all of a dataset or nothing.
"""
