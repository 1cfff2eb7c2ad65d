"""Central banks' rates, one folder each: ``tcmb`` is Türkiye's; ``sandbox`` invents its rates and says so."""
