"""The test app: an ordinary shop and a model of every shape that conjure must serve."""
