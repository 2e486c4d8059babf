"""The example project: a record store on the Chinook data, administered through conjure."""
