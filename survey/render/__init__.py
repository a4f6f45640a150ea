"""Bytes room: domain objects in, pictures and documents out."""
