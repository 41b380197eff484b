"""What GitHub's pipelines may do in the account: who takes a role, and what each role permits."""
