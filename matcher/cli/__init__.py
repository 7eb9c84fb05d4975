"""The command line: ``matcher COMMAND``. Every command is a module's function, imported when called."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import entry_points

import click

from corpora.errors import ShuanglianError

#: Where each command lives; importing all of them would cost seconds at every start.
_COMMANDS = {
    "init": "records",
    "import": "records",
    "export": "records",
    "template": "records",
    "index": "records",
    "judge": "learning",
    "learn": "learning",
    "suggest": "learning",
    "duplicates": "records",
    "match": "matching",
    "match-all": "matching",
    "experts": "people",
    "roadshow": "roadshow",
    "map": "map",
    "rank": "batch",
    "predict": "batch",
    "train": "batch",
    "distil": "batch",
    "evaluate": "batch",
    "backup": "keeping",
    "restore": "keeping",
    "doctor": "keeping",
    "user": "users",
    "worker": "worker",
    "digest": "digests",
}


#: Layers above contribute commands under this entry point group.
_GROUP = "shuanglian.commands"


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS, *sorted(entry_points(group=_GROUP).names)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _COMMANDS:
            module = import_module(f"matcher.cli.{_COMMANDS[cmd_name]}")
            command = getattr(
                module, {"import": "import_", "map": "map_"}.get(cmd_name, cmd_name.replace("-", "_"))
            )
        else:
            found = list(entry_points(group=_GROUP, name=cmd_name))
            command = found[0].load() if found else None
        assert command is None or isinstance(command, click.Command)
        return command


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shuanglian", prog_name="matcher")
def cli() -> None:
    """双链：让科技成果与技术需求相互找到。

    Shuanglian matches university achievements with enterprise needs. The data folder is ./data or
    MATCHER_DATA; start with `matcher init --demo`.
    """


def main() -> None:
    """Run the command line; what a user can mend is told in one line, with exit status 1."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit("已中断 / interrupted")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except ShuanglianError as error:
        sys.exit(f"错误 error: {error}")
    except UnicodeError as error:
        sys.exit(
            f"错误 error: 文字里有不能编码的字符（{error}）/ a text holds characters that cannot be encoded ({error})"
        )
    except BrokenPipeError:
        sys.exit(141)
    except OSError as error:
        sys.exit(f"错误 error: {error.filename or ''} {error.strerror} / {error}")
