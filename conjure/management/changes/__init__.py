"""What differs between two versions of what conjure exports, and whether clients of the older one break."""
