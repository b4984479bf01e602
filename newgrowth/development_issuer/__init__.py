"""The development issuer (开发用身份提供方): a small OpenID provider on this machine, for the demo and for tests."""
