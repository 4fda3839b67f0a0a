"""What no installer carries: the one list that PyInstaller's description, the guard, and the trimming for Windows read.

Names of modules; all that lies below one stays out with it.
"""

OURS = (
    *("analysis", "app.building", "app.cli", "app.demo", "app.exchange", "app.export", "app.findings", "app.planning"),
    *("app.progress", "app.recording", "app.results", "app.study_toml", "app.tables", "app.workers"),
    *("app.qt.page_picture", "app.qt.picture", "app.qt.results", "app.qt.texts.results_charts"),
)
"""The researcher's side, which lies in the same wheel. A test holds it against what `app.annotator` imports."""
LIBRARIES = (
    *("torch", "torchvision", "safetensors", "matplotlib", "scipy", "jinja2", "typst", "pyarrow", "pandas", "datasets"),
    *("skimage", "pip", "setuptools", "packaging", "PyInstaller", "pytest", "hypothesis"),
    *("numpy.f2py", "numpy.testing", "numpy.distutils", "numpy.random.tests", "pyqtgraph.examples", "pyqtgraph.opengl"),
    *("tkinter", "unittest", "doctest", "pdb", "ensurepip", "venv", "lib2to3", "idlelib", "curses"),
    *("readline", "rlcompleter"),  # GNU readline is under the GPL, and nobody types commands here
    *("ssl", "_ssl", "ftplib", "smtplib", "imaplib", "xmlrpc", "http.server", "socketserver"),
    *("PIL.ImageTk", "PIL.ImageQt", "PIL._avif", "PIL._imagingft", "PIL._imagingcms", "PIL._imagingtk"),
    *("PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick"),
)
"""Those of the researcher's side, those that build and test, and of the others their tests, servers and tools."""
EVERYTHING = (*OURS, *LIBRARIES)
