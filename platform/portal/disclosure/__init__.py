"""公開資訊: published totals, the units behind them, the factor sets, check values."""
