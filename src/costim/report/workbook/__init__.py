"""The tables of the report and all rows behind them as an Excel workbook."""

from costim.report.workbook.render import write_workbook

__all__ = ["write_workbook"]
