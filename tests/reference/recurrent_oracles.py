"""Oracles and policies, as in `oracles`, of the tasks that recurrent networks were first tried on."""


def begins_an_embedded_reber_string(letters):
    """Whether some string of the embedded Reber grammar begins with the letters; read by its diagram, top to bottom."""
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
    """The answers to a stream of embedded Reber strings; `shown` holds one dict {"letter": name} per step."""
    answers, string = [], ""
    for step in shown:
        string += step["letter"]
        may_follow = frozenset(a for a in "BTPSXVE" if begins_an_embedded_reber_string(string + a))
        if not may_follow:
            string = ""
        answers.append(may_follow or (frozenset("B") if continual else None))
    return answers


def embedded_reber_policy(shown, read, continual):
    """The answer to what is shown now and what was read from memory: the last two letters say what may follow."""
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
