"""Recording the activations of a unit on a folder of images. The only importer of torch and torchvision."""
