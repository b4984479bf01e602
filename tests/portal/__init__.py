"""The portal: its texts and documents, its pages over sample data, and what a real browser makes of them."""
