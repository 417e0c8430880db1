"""The rules of Auto-Update: each knows one fact and returns a reason when it refuses."""
