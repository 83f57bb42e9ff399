"""The example study `synthetic_bt`: `python -m costim.cytometry.synthetic.example FOLDER` writes it."""
