"""How simulated people live, feel, judge and answer."""
