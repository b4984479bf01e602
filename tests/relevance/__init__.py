"""How well searches find what people look for, measured on judged queries."""
