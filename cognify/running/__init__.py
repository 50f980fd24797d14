"""A run recorded while it goes on: the record's format, digests, surroundings, opened files, the child.

Nothing here imports more than the standard library: a training that records itself loads this room.
"""
