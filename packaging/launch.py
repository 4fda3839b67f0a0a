"""What PyInstaller starts."""

from app.annotator import main

main()
