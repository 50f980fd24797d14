"""Files become digests here and nowhere else: streamed, several at once, unchanged ones remembered.

`Hashing` is what `capture` and `run` use. What judges never takes a digest from `Remembered`.
"""

from cognify.hashing.many import Hashing, Progress
from cognify.hashing.remembered import Remembered
from cognify.hashing.streaming import Digest, State, Summed, changing, digest, state_of

__all__ = ["Digest", "Hashing", "Progress", "Remembered", "State", "Summed", "changing", "digest", "state_of"]
