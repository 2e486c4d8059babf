"""What a document asks of rows: loaded in few queries, completed by compiled functions."""
