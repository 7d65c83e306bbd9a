"""Trials of the compiled tasks, made of the same random words step by step, in words.

A step is (symbols by channel, answer, event, gate by item), each by its name, and whether it is a start.
"""


def below(word, count):
    return word * count // 2**32


def twelve_ax_loop(task, words):
    digit = "12"[below(words[0], 2)]
    steps = [({"symbol": digit}, "L", "task", {"task": "STORE", "cue": "CLEAR"}, True)]
    for i in range(task.min_pairs + below(words[1], task.max_pairs - task.min_pairs + 1)):
        decides, which = words[2 + 2 * i : 4 + 2 * i]
        pair = [cue + probe for cue in "ABC" for probe in "XYZ"][below(which, 9)]
        if (decides >> 8) / 2**24 < task.target_probability:
            pair = ["AX", "BY"][below(which, 2)]
            if task.reading == "current task":
                pair = {"1": "AX", "2": "BY"}[digit]
        target = digit + pair in ("1AX", "2BY")
        kind = "target" if target else "lure" if pair in ("AX", "BY") else "other"
        steps += [
            ({"symbol": pair[0]}, "L", "cue", {"task": "HOLD", "cue": "STORE"}, False),
            ({"symbol": pair[1]}, "R" if target else "L", f"{kind} probe", {"task": "READ", "cue": "READ"}, False),
        ]
    return steps


def twelve_ax_epoch(task, sequences):
    return [step for words in sequences for step in twelve_ax_loop(task, words)]


def sir_epoch(task, sequences):
    """The trials of an epoch of SIR, which starts with empty stores."""
    numbers, content, steps = [str(i + 1) for i in range(task.stores)], {}, []
    for number, words in enumerate(sequences):
        allowed = [f"S{i}" for i in numbers if task.store_when_full or i not in content]
        allowed += ["I", *(f"R{i}" for i in numbers if i in content)]
        control = allowed[below(words[0], len(allowed))]
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[below(words[1], task.stimuli)]
        gate = {f"store {i}": "HOLD" if i in content else "NONE" for i in numbers}
        answer, shown, place = letter, letter, f"store {control[1:]}"
        if task.inputs == "dedicated":
            shown = f"{letter} under {control}"
        if control[0] == "S":
            gate[place] = "STORE"
            content[control[1:]] = letter
        elif control[0] == "R":
            gate[place], shown = "READ", None
            answer = content.pop(control[1:])
        event = {"S": "store", "I": "ignore", "R": "recall"}[control[0]]
        steps.append(({"stimulus": shown, "control": control}, answer, event, gate, number == 0))
    return steps
