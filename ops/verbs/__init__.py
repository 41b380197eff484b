"""One file for each verb of `./dashctl`."""
