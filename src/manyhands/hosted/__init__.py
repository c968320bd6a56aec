"""Services of others: what they take, what they cost, and sending that never pays twice."""
