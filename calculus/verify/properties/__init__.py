"""What the calculi and our implementation of them should satisfy: `PROPERTIES` of each module below."""
