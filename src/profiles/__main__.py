"""The command ``profiles``."""


def main() -> None:
    """Run a command; see ``profiles --help``."""
    from profiles.ops.cli import cli

    cli(prog_name="profiles")


if __name__ == "__main__":
    main()
