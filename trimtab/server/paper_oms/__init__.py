"""A paper order system: the wire of a real one over a market that is made up, with faults to switch on."""
