"""Coin-flip nights: a fair test of one thing on oneself, planned and sealed before the first night, analysed as
assigned."""
