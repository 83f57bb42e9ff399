"""The report as one self-contained web page: `costim.report.html.render.render_html`."""
