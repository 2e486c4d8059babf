"""An app of models as popular packages make them, with small stand-ins for the packages' own classes."""
