"""The Neuron Jury application: recording, the study file, sessions, windows, exports."""

__version__ = "0.1.0"
