"""Clients of outside services: each speaks one service's language and raises types. No Django here."""
