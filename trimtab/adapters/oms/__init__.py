"""Where orders are sent, over HTTP."""
