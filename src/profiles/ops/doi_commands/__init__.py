"""Commands about DOIs and claims: harvest, ingest, explain, replay, map and others."""
