"""The commands of 启办, each with what it does: `python -m backend --help`."""

# ruff: noqa: PLC0415  (each command imports what it needs: help and refusals come at once)
import sys

import click

from backend.local import Unusable
from backend.refusal import Refusal
from backend.settings import BadSetting


class _Commands(click.Group):
    """A group whose help lists the commands of its groups as well, so that one page documents all."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_listed(self)))


def _listed(group: click.Group, before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += _listed(command, f"{before}{name} ")
        else:
            words = " ".join(_word(each, click.Context(command)) for each in command.params)
            found.append((f"{before}{name} {words}".rstrip(), command.get_short_help_str(200)))
    return found


def _word(param: click.Parameter, ctx: click.Context) -> str:
    flag = isinstance(param, click.Option) and param.is_flag
    return f"[{param.opts[0]}]" if flag else param.make_metavar(ctx)


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
def cli() -> None:
    """启办 Qiban: the digital front of a county-level government services hall.

    Settings come from the environment: HOST and PORT (127.0.0.1:8000), MODE (demo or production),
    DATABASE_URL, REDIS_URL, DATA (.local), CITY (qidong), WEB_PROCESSES, PUBLIC_URL, TRUSTED_PROXIES,
    SM4_KEYS, INDEX_KEYS, VAPID_KEYS, SMS_PROVIDERS, OIDC_ISSUER, METRICS_TOKEN, WORKER_METRICS_PORT …;
    `.env.example` says what each is. TLS=1 lets `up` and `web` speak https with a certificate of their own.
    Without URLs a command joins the servers of a running `up`, or starts its own for as long as it lasts.
    """


@cli.command()
def up() -> None:
    """Start everything on this machine, print who signs in where, and keep it running until Ctrl-C."""
    from backend.commands.up import up

    up()


@cli.command()
def web() -> None:
    """Serve HTTP at HOST:PORT."""
    from backend.commands import ground, prepare, serve

    with ground.ground():
        prepare.check()
        serve.web()


@cli.command()
def worker() -> None:
    """Run background jobs: deliver notices, fill the booking window, sweep up what was lost."""
    from backend.commands import ground, prepare, serve

    with ground.ground():
        prepare.check()
        serve.worker()


@cli.command()
def migrate() -> None:
    """Bring the database's tables up to date; safe to run again and at once."""
    from backend.commands import ground, prepare

    with ground.ground():
        ground.run(prepare.migrate)


@cli.command()
def load() -> None:
    """Load the city's reference data; what was edited in the console stays and is listed."""
    from backend.commands import ground, prepare

    with ground.ground():
        click.echo(ground.run(prepare.load))


@cli.command()
def demo() -> None:
    """Fill the demo week (never in production) and list its sign-ins."""
    from backend.commands import ground, prepare, table

    with ground.ground():
        click.echo(table.table("", ground.run(prepare.demo)))


@cli.command()
def keys() -> None:
    """Print fresh secrets in .env form: keys under the next free id, and a token for /metrics."""
    import os

    from backend.commands import keys

    click.echo(keys.env(keys.highest(dict(os.environ))))


@cli.command()
def rekey() -> None:
    """Move every sealed value and blind index to the newest keys; beside serving processes, safe to stop."""
    from backend.commands import ground, rekey

    with ground.ground():
        done = ground.run(lambda: rekey.rekey(lambda line: click.echo(f"· {line}", err=True)))
    click.echo("\n".join(done.lines()))
    sys.exit(1 if done.unreadable or done.twice else 0)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(as_json: bool) -> None:
    """Look at everything this deployment stands on; one remedy for each thing found. Exit 1 where one is bad."""
    from backend.commands import ground

    with ground.ground():
        from backend.commands import doctor

        sys.exit(doctor.doctor(as_json))


@cli.command()
@click.argument("username")
@click.argument("name")
def administrator(username: str, name: str) -> None:
    """Add an administrator, the first one too: prints a password to be changed at the first sign-in."""
    from backend.commands import staff

    staff.administrator(username, name)


@cli.group()
def staff() -> None:
    """Staff accounts."""


@staff.command("add")
@click.argument("username")
@click.argument("name")
@click.argument("roles", nargs=-1, required=True)
def staff_add(username: str, name: str, roles: tuple[str, ...]) -> None:
    """Add a member of staff with roles such as `auditor`, `clerk@hall:CODE` or `agent@village:CODE`; prints a first
    password.
    """
    from backend.commands import staff

    try:
        grants = [staff.grant_of(role) for role in roles]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="ROLES") from error
    staff.add(username, name, grants)


@staff.command("reset")
@click.argument("username")
def staff_reset(username: str) -> None:
    """Give a new temporary password, end every session, lift a lock; prints the password."""
    from backend.commands import staff

    staff.reset(username)


@staff.command("disable")
@click.argument("username")
def staff_disable(username: str) -> None:
    """Let somebody who left sign in no more and end every session; what they did stays theirs."""
    from backend.commands import staff

    staff.disable(username)


@staff.command("enable")
@click.argument("username")
def staff_enable(username: str) -> None:
    """Let somebody who was disabled sign in again, with the password and the roles they had."""
    from backend.commands import staff

    staff.enable(username)


def main() -> None:
    """Run a command; what it refuses is one line on standard error and exit code 1."""
    try:
        cli(prog_name="python -m backend")
    except (BadSetting, Unusable) as error:
        sys.exit(f"qiban: {error}")
    except Refusal as refusal:
        sys.exit(f"qiban: {refusal.sentence}")


if __name__ == "__main__":
    main()
