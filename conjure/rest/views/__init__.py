"""The views of the REST face, one module for each group of URLs."""
