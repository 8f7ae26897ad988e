"""The periodic report as people read it: one telling in sections, for the page, the PDF and the CSV."""
