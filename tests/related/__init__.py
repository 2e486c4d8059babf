"""A test app of models whose relations are odd: keys that point to other columns, links that need more than keys."""
