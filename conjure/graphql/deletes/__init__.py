"""What a delete takes along, what protects rows from it, and the delete itself."""
