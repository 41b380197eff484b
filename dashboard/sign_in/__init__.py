"""Who is signed in, where the load balancer signs readers in: checked for every request, shown, and told to callbacks.

The load balancer adds what the identity provider says about the reader to each request, as a token that it signs.
Whatever else reaches the task has no such token, so nothing is answered without one.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html

``token_verifier.py`` and ``public_keys.py`` know nothing of Flask; they, and so PyJWT and cryptography (0.05 s of CPU
and 10 MB at the start, measured), are imported only where readers are signed in.
"""
