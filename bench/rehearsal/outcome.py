"""What came of a rehearsal: each record beside what was wanted, and how long it took."""

import time
from collections import Counter, defaultdict
from typing import Any

from bench.rehearsal.plan import Plan, wanted_works
from bench.rehearsal.sampling import Sampler
from bench.rehearsal.visitors import Agents, Visitor, summary

Pair = tuple[str, str]


def outcome_of(
    plan: Plan,
    records: dict[str, Any],
    sampler: Sampler,
    *,
    later: dict[Pair, float],
    visitor: Visitor,
    agents: Agents,
) -> dict[str, Any]:
    """Compare the records with what was wanted, and add up what was measured.

    ``later``: claims whose next try was brought forward; their delays are left out.
    """
    works: defaultdict[Pair, list[Any]] = defaultdict(list)
    for orcid_id, doi, *rest in records["works"]:
        works[orcid_id, doi].append(rest)
    wanted = dict(wanted_works(plan))
    states = {(orcid_id, doi): f"{state} {problem}" for orcid_id, doi, state, problem in sampler.problems()}
    delays: defaultdict[str, list[float]] = defaultdict(list)
    lost, stale, waiting = list[Pair](), list[Pair](), list[Pair]()
    for pair, want in wanted.items():
        found = works.get(pair, [])
        if found and found[0][0] == want.title:
            kind = "announced" if want.is_announced else "polled"
            came = found[0][3] if want.is_correction else found[0][2]
            if pair not in later:
                delays[f"{kind}, {'correction' if want.is_correction else 'new'}"].append(came - want.since)
        elif states.get(pair, "").startswith(("waiting", "working")):
            waiting.append(pair)
        else:
            (stale if found else lost).append(pair)
    return {
        "date": f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC",
        "plan": {"seconds": plan.seconds, "rate": plan.rate, "people": plan.people, "changes": plan.changes},
        "wanted": len(wanted),
        "lost": len(lost),
        "stale": len(stale),
        "waiting": len(waiting),
        "later": {"count": len(later), "longest": max(later.values(), default=0.0)},
        "doubles": sum(len(found) > 1 for found in works.values()),
        "not_wanted": len(set(works) - set(wanted)),
        "examples": [(*pair, states.get(pair, "no claim")) for pair in [*lost, *stale, *waiting][:10]],
        "delay": {
            "all": summary([one for many in delays.values() for one in many]),
            **{name: summary(many) for name, many in sorted(delays.items())},
        },
        "states": sampler.states(),
        "orcid": _orcid(records, plan),
        "pages": summary(visitor.times) | {"failed": Counter(visitor.failures)},
        "agents": {"announced": agents.announced, "repeated": agents.repeated},
        "cpu": sampler.cpu,
        "samples": sampler.samples,
    }


def _orcid(records: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Add up the answers; the rate leaves out what was refused."""
    answers: Counter[str] = Counter()
    for counts in records["seconds"].values():
        answers.update(counts)
    served = {
        int(second): sum(many for name, many in counts.items() if name[:3] not in {"503", "acc"})
        for second, counts in records["seconds"].items()
    }
    calls = sum(served.values())
    return {
        "answers": dict(answers.most_common()),
        "accidents": records["accidents"],
        "served": sorted(served.items()),
        "refused_at": [
            [int(second), counts["503, limit"]]
            for second, counts in records["seconds"].items()
            if counts.get("503, limit")
        ],
        "most_in_a_second": max(served.values(), default=0),
        "mean": calls / plan.seconds,
    }
