"""What the store sells: artists, albums, tracks, and the playlists made of them."""
