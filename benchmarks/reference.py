"""Times of the Go simulator of the same networks: emergent's Leabra (revision 79e931d of 2025-01-28).

Go 1.24, one core of a 2.3 GHz Sapphire Rapids server, denormal numbers flushed to zero, which flatters us least: as
shipped, without flushing, a SIR-2 trial takes 10.6 ms, and the five layers take 1.44, 2.18 and 14.8 s for what takes
1.19, 1.87 and 13.4 s flushed. Ratios to these times hold between such machines; they were not scaled.
"""

__all__ = ["GO_FIVE_LAYERS", "GO_SIR2"]

GO_SIR2 = 4150.0
"""CPU time in µs of a trial of SIR-2 (386 neurons, 3014 synapses, 100 cycles with learning), median over epochs."""

GO_FIVE_LAYERS = {25: 1.19e6 / (10 * 100), 100: 1.87e6 / (3 * 100), 625: 13.4e6 / (5 * 20)}
"""Units a layer → µs a trial: 10 epochs × 100 patterns, 3 × 100, and 5 × 20. See `benchmarks.five_layers`."""
