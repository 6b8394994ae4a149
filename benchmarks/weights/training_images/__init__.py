"""What the networks learn from: synthetic tissue, and real images with their split.

Recipes find this folder because it lies beside them, tests because pyproject.toml names ``benchmarks/weights``.
"""
