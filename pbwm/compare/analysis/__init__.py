"""From what the networks did to what it says: pure functions of arrays, no drawing."""
