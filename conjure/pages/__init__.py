"""The pages for browsers: what there is, at the mount itself, and where one logs in and out."""
