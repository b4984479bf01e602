"""What every search engine of the directory promises, asked of each of them."""
