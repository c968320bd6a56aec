"""The studio in the browser: thin routes over the acts, what goes on behind them, and the client that is shown."""
