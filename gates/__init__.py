"""What a request passes before a route answers, and what its answer passes after: each a thing of HTTP alone."""
