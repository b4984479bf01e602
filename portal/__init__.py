"""The web portal: pages in Chinese and English, each a GraphQL document run in this process and a template."""
