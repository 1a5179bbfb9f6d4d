"""The way in and out: by a key or with an OpenID provider, for as long as a session lasts."""
