"""Plans every stack from nothing with the real Terraform and AWS provider: without AWS, credentials or state."""
