"""An app in which every hook can be made to raise, and the tests that do it."""
