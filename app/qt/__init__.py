"""The window: pages and widgets that draw what they are handed. The only importer of PySide6 and pyqtgraph."""
