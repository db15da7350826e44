"""The service in two tiers on Ray Serve: who speaks HTTP, and engines behind them. `deploy/ray_serve.py` assembles."""
