"""The page about a rehearsal: docs/rehearsal.md and its pictures."""

import platform
from collections.abc import Iterator
from typing import Any, Final

import psutil
from bench.ground import ROOT
from bench.pictures import Axis, Line, chart, thin

PAGE: Final = ROOT / "docs" / "rehearsal.md"
FOLDER: Final = ROOT / "docs" / "rehearsal"
_STANDS: Final = ("stand-in of ORCID", "stand-in of DataCite", "load and measuring")
_SERVICE: Final = ("web", "worker 1", "worker 2", "worker 3", "PostgreSQL")
HEAD: Final = """\
# Rehearsal of a burst

`make rehearsal` wrote this page: {date}, {machine}.

{changes:,} changes in {seconds} seconds, {rate:g} a second, as when 8 million DOIs change in a day, in
real time, with {people:,} people who have Auto-Update. One change in ten registers a DOI that names one
or two of them, one in twenty corrects the title of such a DOI, one in twenty touches one without a
change; some of the others name people who are not enrolled. Agents announce half of the DOIs that name
enrolled people; polling alone finds the others. A web server with two
processes, three workers, one PostgreSQL. ORCID's stand-in allows 24 calls a second after a burst of 40,
as ORCID does, and takes 0.2 s or more for half of its calls. One call in 300 has an accident; ORCID and
DataCite are away for 15 s each, and a worker is killed. All waits are the real ones.

The stand-ins, the load and the measuring run on the same cores as the service.

## Result

{result}
"""


def lines(result: dict[str, Any]) -> Iterator[str]:
    """Yield the result in a few lines."""
    plan, delay, orcid = result["plan"], result["delay"]["all"], result["orcid"]
    yield (
        f"{plan['seconds'] / 60:g} minutes, {plan['changes']:,} changes at {plan['rate']:g} a second, "
        f"{plan['people']:,} people"
    )
    yield (
        f"{result['wanted']:,} works wanted on records: lost {result['lost']}, twice {result['doubles']}, "
        f"with an old title {result['stale']}, still waiting {result['waiting']}, "
        f"not wanted {result['not_wanted']}"
    )
    yield f"from registration to ORCID: {in_words(delay)}"
    for name, one in result["delay"].items():
        if name != "all":
            yield f"{name}: {in_words(one)}"
    yield (
        f"ORCID served {orcid['mean']:.1f} calls a second, {orcid['most_in_a_second']} at most, "
        f"{orcid['answers'].get('503, limit', 0)} refused by its limit{_when(orcid['refused_at'])}"
    )
    drained = result["drained"]
    yield "not all done in time" if drained is None else f"all done {drained:.0f} s after the last change"
    later = result["later"]
    if later["count"]:
        yield (
            f"{later['count']} claims that met an accident then waited for their next try, "
            f"{later['longest'] / 60:.0f} minutes at most; it was brought forward; their delays are left out"
        )
    yield f"pages: {in_words(result['pages'])}, {sum(result['pages']['failed'].values())} failed"
    yield "cores used: " + ", ".join(f"{name} {cores:.2f}" for name, cores in _cores(result).items())
    loads = sorted(sample["load"] for sample in result["samples"])
    yield f"load of the machine: median {loads[len(loads) // 2]:.1f}, {loads[-1]:.1f} at most"


def _when(refused_at: list[list[int]]) -> str:
    """Say in which seconds of the run ORCID's limit refused calls, and how many."""
    seconds = [f"{second} ({many})" for second, many in sorted(refused_at)]
    more = f" and {len(seconds) - 10} more" if len(seconds) > 10 else ""
    return f", in second {', '.join(seconds[:10])}{more}" if seconds else ""


def in_words(one: dict[str, Any]) -> str:
    """Return the median, the 95th of a hundred and the worst."""
    if not one["count"]:
        return "none"
    median, most, worst = one["median"], one["p95"], one["worst"]
    return f"median {median:.2f} s, 95 of 100 {most:.2f} s, worst {worst:.1f} s ({one['count']:,})"


def _cores(result: dict[str, Any]) -> dict[str, float]:
    seconds = result["samples"][-1]["second"] - result["samples"][0]["second"]
    return {name: spent / seconds for name, spent in result["cpu"].items()}


def write(result: dict[str, Any]) -> None:
    """Write the page and its pictures."""
    FOLDER.mkdir(exist_ok=True)
    pictures = dict(_pictures(result))
    for name, (_title, _description, content) in pictures.items():
        (FOLDER / f"{name}.svg").write_text(content)
    memory = psutil.virtual_memory().total / 2**30
    machine = f"{psutil.cpu_count()} cores, {memory:.0f} GB of memory, Python {platform.python_version()}"
    result_lines = "\n".join(f"- {line[0].upper()}{line[1:]}" for line in lines(result))
    head = HEAD.format(date=result["date"], machine=machine, result=result_lines, **result["plan"])
    text = [head, *_tables(result), "## Pictures", ""]
    for name, (title, description, _content) in pictures.items():
        text += [f"![{title}. {description}](rehearsal/{name}.svg)", ""]
    PAGE.write_text("\n".join(text).rstrip() + "\n")


def _tables(result: dict[str, Any]) -> list[str]:
    memory = {name: max(s["memory"].get(name, 0.0) for s in result["samples"]) for name in result["cpu"]}
    rows = ["| process | CPU, cores | memory at most, MB |", "|---|---|---|"]
    cores = _cores(result)
    rows += [f"| {name} | {cores[name]:.2f} | {memory[name]:.0f} |" for name in (*_SERVICE, *_STANDS)]
    rows += ["", "| table | new rows | bytes a new row, indexes included |", "|---|---|---|"]
    for table, (count, size) in result["after"].items():
        new, grown = count - result["before"][table][0], size - result["before"][table][1]
        rows.append(f"| `{table}` | {new:,} | {f'{grown / new:,.0f}' if new > 100 else ''} |")
    people, size = result["before"]["accounts_account"]
    consents = result["before"]["consents_consent"][1] / people
    rows += [
        "",
        f"A person: {size / people:,.0f} bytes in `accounts_account`, {consents:,.0f} in `consents_consent`.",
        "",
        "| answer of ORCID | times |",
        "|---|---|",
        *(f"| {answer} | {count:,} |" for answer, count in result["orcid"]["answers"].items()),
        "",
    ]
    return rows


def _pictures(result: dict[str, Any]) -> Iterator[tuple[str, tuple[str, str, str]]]:
    samples, minutes = result["samples"], Axis("minutes since the first change")

    def over_time(value: Any) -> list[tuple[float, float]]:
        return thin([(sample["second"] / 60, value(sample)) for sample in samples])

    def picture(name: str, title: str, words: str, drawn: list[Line], y: str) -> Any:
        return name, (title, words, chart(title, words, drawn, x=minutes, y=Axis(y)))

    orcid = result["orcid"]
    served = _by_ten_seconds(orcid["served"])
    yield picture(
        "orcid",
        "Calls that ORCID served",
        f"On average {orcid['mean']:.1f} a second, {orcid['most_in_a_second']} at most; its limit is 24.",
        [Line("calls a second", served), Line("limit", [(x, 24.0) for x, _ in served])],
        "calls/s",
    )
    worst = max(sample["lanes_due"] for sample in samples)
    yield picture(
        "waiting",
        "ORCID records with something due",
        f"{worst:.0f} at most; {samples[-1]['lanes_due']:.0f} at the end.",
        [
            Line("due or in hand", over_time(lambda s: s["lanes_due"])),
            Line("waiting for later", over_time(lambda s: s["lanes_later"])),
        ],
        "records",
    )
    lag = max(sample["poll_lag"] for sample in samples)
    yield picture(
        "lag",
        "How far polling and sending are behind",
        f"Polling {lag:.0f} s at most, once a minute by design; the oldest due record "
        f"{max(sample['oldest_due'] for sample in samples):.0f} s at most.",
        [
            Line("polling", over_time(lambda s: s["poll_lag"])),
            Line("oldest due record", over_time(lambda s: s["oldest_due"])),
        ],
        "seconds",
    )
    yield picture(
        "cpu",
        "Cores used",
        "; ".join(f"{name} {cores:.2f}" for name, cores in _cores(result).items()) + ".",
        [
            Line("web", _rates(samples, ("web",))),
            Line("workers", _rates(samples, _SERVICE[1:4])),
            Line("PostgreSQL", _rates(samples, ("PostgreSQL",))),
            Line("stand-ins and load", _rates(samples, _STANDS)),
        ],
        "cores",
    )
    yield picture(
        "memory",
        "Memory",
        f"Each worker {max(s['memory'].get('worker 2', 0) for s in samples):.0f} MB at most.",
        [
            Line("web, both", over_time(lambda s: s["memory"].get("web", 0.0))),
            Line("worker 1", over_time(lambda s: s["memory"].get("worker 1", 0.0))),
            Line("worker 2", over_time(lambda s: s["memory"].get("worker 2", 0.0))),
        ],
        "MB",
    )
    grown = (samples[-1]["database"] - samples[0]["database"]) / 1e6
    yield picture(
        "database",
        "Growth of the database",
        f"{grown:.0f} MB in all.",
        [Line("MB", over_time(lambda s: (s["database"] - samples[0]["database"]) / 1e6))],
        "MB",
    )


def _by_ten_seconds(served: list[Any]) -> list[tuple[float, float]]:
    sums: dict[int, int] = {}
    for second, calls in served:
        sums[int(second) // 10] = sums.get(int(second) // 10, 0) + calls
    last = max(sums, default=0)
    return [(part / 6, sums.get(part, 0) / 10) for part in range(last + 1)]


def _rates(samples: list[dict[str, Any]], names: tuple[str, ...]) -> list[tuple[float, float]]:
    """Return how many cores these used between samples."""
    points = []
    for before, after in zip(samples, samples[6:], strict=False):
        spent = sum(after["cpu"].get(name, 0.0) - before["cpu"].get(name, 0.0) for name in names)
        points.append((after["second"] / 60, spent / (after["second"] - before["second"])))
    return thin(points)
