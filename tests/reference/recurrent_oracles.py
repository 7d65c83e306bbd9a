"""Oracles and policies, as in `oracles`, of the first tasks of recurrent networks."""

from math import cos, prod, tau


def begins_an_embedded_reber_string(letters):
    """Whether some string of the embedded Reber grammar begins with the letters, by its diagram."""
    rest = list(letters)

    def take(options):
        if not rest:
            raise EOFError
        letter = rest.pop(0)
        if letter not in options:
            raise ValueError
        return letter

    def upper():
        if take("SX") == "X":
            lower()

    def lower():
        while take("TV") == "T":
            pass
        if take("PV") == "P":
            upper()

    try:
        take("B")
        key = take("TP")
        take("B")
        if take("TP") == "T":
            while take("SX") == "S":
                pass
            upper()
        else:
            lower()
        take("E")
        take(key)
        take("E")
    except EOFError:
        return True
    except ValueError:
        return False
    return not rest


def embedded_reber_answers(shown, continual):
    answers, string = [], ""
    for step in shown:
        string += step["letter"]
        may_follow = frozenset(a for a in "BTPSXVE" if begins_an_embedded_reber_string(string + a))
        if not may_follow:
            string = ""
        answers.append(may_follow or (frozenset("B") if continual else None))
    return answers


def embedded_reber_policy(shown, read, continual):
    """The last two letters determine what may follow."""
    letter, key = shown["letter"], read.get("key")
    if key is not None:
        return frozenset(key if letter == "E" else "E")
    before = read.get("letter 1") or read.get("letter 2")
    if before is None:
        return {"B": frozenset("TP"), "E": frozenset("B") if continual else None}.get(letter, frozenset("B"))
    after = {
        "T": "SX" if before == "B" else "TV",
        "P": "TV" if before == "B" else "SX",
        "S": "SX" if before in "TS" else "E",
        "X": "SX" if before in "TS" else "TV",
        "V": "E" if before == "V" else "PV",
    }
    return frozenset(after[letter])


def adding_answers(shown, starts):
    return [None if marked is None else 0.5 + sum(marked) / 4 for marked in _marked(shown, starts)]


def multiplication_answers(shown, starts):
    return [None if marked is None else prod(marked) for marked in _marked(shown, starts)]


def _marked(shown, starts):
    """The two marked numbers at the last step of each sequence, which is marked −1; None elsewhere."""
    out, marked = [], []
    for step, start in zip(shown, starts, strict=True):
        marked = [] if start else marked
        if step["marker"] == 1:
            marked.append(step["number"])
        ends = step["marker"] == -1 and not start
        assert not ends or len(marked) == 2
        out.append(list(marked) if ends else None)
    return out


def adding_policy(shown, read):
    return 0.5 + sum(read.values()) / 4 if read else None


def multiplication_policy(shown, read):
    return prod(read.values()) if read else None


def two_sequence_answers(shown, starts, informative, targets):
    """The best answers, correct except if the beginning is noisy."""
    first = [i for i, start in enumerate(starts) if start]
    answers = [None] * len(shown)
    for begin, end in zip(first, [*first[1:], len(shown)], strict=True):
        says = sum(step["number"] for step in shown[begin : begin + informative])
        answers[end - 1] = targets[0] if says > 0 else targets[1]
    return answers


def two_sequence_policy(shown, read, targets):
    if not read:
        return None
    return targets[0] if sum(read.values()) > 0 else targets[1]


def counting_answers(shown, language):
    answers, came = [], ""
    for step in shown:
        came = "" if step["letter"] == "S" else came + step["letter"]
        answers.append(frozenset(a for a in "abcBAT" if _counts_on(came + a, language)))
    return answers


def _counts_on(letters, language):
    """Whether some string of the language, with T at its end, begins with the letters."""
    n, m = letters.count("a"), letters.count("b")
    if n == 0:
        return False
    if set(letters) == {"a"}:
        return True
    if m == 0:
        return False
    if language == "aabBAA":
        if set(letters) == {"a", "b"}:
            return letters == "a" * n + "b" * m
        return ("a" * n + "b" * m + "B" * m + "A" * n + "T").startswith(letters)
    return ("a" * n + "b" * n + "c" * n * (language == "aabbcc") + "T").startswith(letters)


def spike_delays_answers(shown, interval):
    answers, since = [], 0
    for step in shown:
        since += 1
        answers.append(since - interval if step["spike"] else None)
        if step["spike"]:
            since = 0
    return answers


def timed_pattern_answers(shown, value):
    """`value` is a function of time in steps."""
    answers, time = [], None
    for step in shown:
        time = 0 if step["start"] else time + 1
        answers.append(value(time))
    return answers


def spike_every_ten(time):
    return 1.0 if (time + 1) % 10 == 0 else 0.0


def cosine_of_ten(time):
    """A cosine between 0 and 1 with a period of ten steps."""
    return 0.5 + 0.5 * cos(tau * time / 10)
