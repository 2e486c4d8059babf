"""Who is asking: logins by session cookie or by token, the same for REST and for GraphQL."""
