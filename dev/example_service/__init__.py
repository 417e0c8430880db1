"""An example of a service that signs people in through Profiles and reads their claims. Copy from it."""
