"""An invented database of the previous service, of any size, with every oddity that its tables have."""
