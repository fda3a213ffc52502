"""One index in several folders, on any machines: a Chroma server or cloud has its papers, and each folder follows."""

from index.sharing.lease import Lease
from index.sharing.log import LogLost, SharedLog, is_shared_already
from index.sharing.replica import PLACE, SHARED_AT_ONCE, NotJoined, Replica
from index.sharing.sharing import Sharing

__all__ = [
    "PLACE",
    "SHARED_AT_ONCE",
    "Lease",
    "LogLost",
    "NotJoined",
    "Replica",
    "SharedLog",
    "Sharing",
    "is_shared_already",
]
