"""The command line: `sanshe --help` lists what it can do."""

import sys

import typer

from api.settings import WrongSettings
from sanshe.commands import (
    clients,
    deeds,
    demo,
    doctor,
    explain,
    imports,
    issuers,
    keys,
    migrate,
    operators,
    schema,
    serve,
    tokens,
)
from sanshe.trouble import Trouble

app = typer.Typer(
    name="sanshe",
    help="Sanshe: communities, social organizations and social workers, one service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
app.command()(serve.serve)
app.command(hidden=True)(serve.prepare)
app.command()(migrate.migrate)
app.command()(demo.demo)
app.command()(schema.schema)
app.command()(operators.operator)
app.command()(tokens.token)
app.command()(explain.explain)
app.command()(doctor.doctor)
app.add_typer(imports.app, name="import")
app.add_typer(clients.app, name="client")
app.add_typer(issuers.app, name="issuer")
app.add_typer(keys.app, name="keys")
app.add_typer(deeds.app, name="deeds")


def main() -> None:
    """Run the command; whatever the person can mend is said in sentences, in English and Chinese."""
    import asyncpg

    from domain.errors import Refusal, Unavailable

    try:
        app()
    except WrongSettings as wrong:
        _say(*wrong.sentences, exit_code=2)
    except Trouble as trouble:
        _say(trouble.english, trouble.chinese, exit_code=trouble.exit_code)
    except Refusal as refusal:
        _say(refusal.en, refusal.zh)
    except (Unavailable, OSError, asyncpg.PostgresError) as gone:
        _say(f"The work could not be finished: {gone}", "操作未能完成，请检查数据库后重试。")


def _say(*sentences: str, exit_code: int = 1) -> None:
    print(*sentences, sep="\n", file=sys.stderr)
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
