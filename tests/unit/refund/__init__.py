"""The figures of VAT refunds: worked examples calculated by hand, and what must hold for any."""
