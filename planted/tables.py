"""The figures of a run, as Markdown."""

import statistics
from collections import Counter, defaultdict


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "none"


def seconds(number):
    return "" if number is None else f"{number:.1f}"


def found_within(result, limit):
    return result["seconds"] is not None and result["seconds"] <= limit


def reduced(result):
    """The smallest reduced program, and its bucket."""
    programs = [one for one in result["programs"] if one["reduced"] is not None]
    if not programs:
        return None
    return min(programs, key=lambda one: (one["reduced_size"], one["reduced"]))


def code(text):
    shown = text.replace("\n", "⏎").replace("\t", "⇥").replace("\r", "␍").replace("|", "\\|")
    shown = shown if len(shown) <= 80 else shown[:79] + "…"
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def detection(bugs, results, limit):
    """What was found how fast, area by area, then bug by bug."""
    lines = [f"| area | bugs | found within {limit} s | median time |", "|---|---|---|---|"]
    areas = defaultdict(list)
    for bug in bugs:
        areas[bug.area].append(results[bug.id])
    everything = [results[bug.id] for bug in bugs]
    for area, members in [*sorted(areas.items()), ("all", everything)]:
        times = [one["seconds"] for one in members if found_within(one, limit)]
        median = f"{statistics.median(times):.1f} s" if times else "none"
        lines.append(f"| {area} | {len(members)} | {len(times)} ({share(len(times), len(members))}) | {median} |")
    lines += ["", "| bug | what | seconds | programs | load | reduced program | bucket |", "|---|---|---|---|---|---|---|"]
    for bug in bugs:
        result = results[bug.id]
        small = reduced(result)
        is_found = found_within(result, limit)
        lines.append(
            f"| {bug.id} | {bug.what} | {seconds(result['seconds']) if is_found else 'missed'} | {result['items']} "
            f"| {result['load']} | {code(small['reduced']) if small else ''} | {code(small['bucket']) if small else ''} |"
        )
    return "\n".join(lines) + "\n"


def percentile(numbers, part):
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def quality(results, least):
    """How good the buckets and the reductions are, over the bugs that were reached from at least `least` programs."""
    chosen = [one for one in results if sum(p["kind"] == "divergence" for p in one["programs"]) >= least]
    buckets = []
    shared = defaultdict(Counter)
    sizes, shrunk, seconds_each = [], [], []
    for result in chosen:
        programs = [one for one in result["programs"] if one["kind"] == "divergence"]
        buckets.append(len({one["bucket"] for one in programs}))
        for one in programs:
            shared[one["bucket"]][result["id"]] += 1
            if one["reduced"] is not None:
                sizes.append(one["reduced_size"])
                shrunk.append(1 - one["reduced_size"] / one["size"])
        seconds_each.extend(result["reductions"])
    if not sizes:
        return "nothing was reduced\n"
    programs = sum(sum(by.values()) for by in shared.values())
    pure = sum(max(by.values()) for by in shared.values())
    lines = [
        f"{len(chosen)} bugs with at least {least} divergent programs each, {programs} programs, {len(shared)} buckets",
        f"buckets for each bug: {statistics.mean(buckets):.2f} on average, median {statistics.median(buckets):g}, at most {max(buckets)}",
        f"purity: {pure / programs:.3f} of the programs are in a bucket with others of their bug mostly",
        f"reduced: {len(sizes)} programs; median {statistics.median(sizes):g} bytes, 95th percentile {percentile(sizes, 0.95)}",
        f"smaller by: median {100 * statistics.median(shrunk):.1f} %",
        f"seconds for each: median {statistics.median(seconds_each):.1f}, 95th percentile {percentile(seconds_each, 0.95):.1f}",
    ]
    lines += ["", "| bucket | bugs |", "|---|---|"]
    for bucket, by in sorted(shared.items()):
        if len(by) > 1:
            lines.append(f"| {code(bucket)} | {', '.join(f'{id} {count}' for id, count in by.most_common())} |")
    lines += ["", "| bug | buckets |", "|---|---|"]
    for result in chosen:
        own = Counter(one["bucket"] for one in result["programs"] if one["kind"] == "divergence")
        if len(own) > 1:
            lines.append(f"| {result['id']} | {', '.join(f'{code(bucket)} {count}' for bucket, count in own.most_common())} |")
    return "\n".join(lines) + "\n"
