"""What a person does to a deployment: the verbs of `./dashctl`."""
