"""HTTP: the contract's section 3. Every door here ends in the same intake as the broker's."""
