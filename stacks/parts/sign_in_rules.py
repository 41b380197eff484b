"""What signing in is like with every provider."""

# The requests of Dash's own scripts. A redirect to a page for signing in would be of no use to them:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
CALLBACK_PATTERN = "/_dash-*"

# Enough to say who somebody is.
SCOPE = "openid email profile"

# The lowest one, so that a team's own rules can come before: the largest number is
# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
LAST_PRIORITY = 50_000
