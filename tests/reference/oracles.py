"""The answers to each task, found step by step from its rules, and a perfect memory that follows a task's ideal gate.

Nothing here imports the tasks: symbols, events and responses come as their names.
"""


def twelve_ax_answers(shown):
    """The answers to a stream of 1-2-AX; `shown` holds one dict {"symbol": name} per step."""
    answers = []
    task = cue = None
    for step in shown:
        symbol = step["symbol"]
        answer = "L"
        if symbol in ("1", "2"):
            task, cue = symbol, None
        elif symbol in ("A", "B", "C"):
            cue = symbol
        elif (task, cue, symbol) in (("1", "A", "X"), ("2", "B", "Y")):
            answer = "R"
        answers.append(answer)
    return answers


def sir_answers(shown):
    """The answers to a stream of SIR; `shown` holds one dict {"stimulus": name or None, "control": name} per step."""
    answers = []
    stores = {}
    for step in shown:
        control = step["control"]
        if control[0] == "R":
            assert step["stimulus"] is None
            answers.append(stores.pop(control[1:]))
            continue
        letter, _, under = step["stimulus"].partition(" under ")
        assert under in ("", control)
        if control[0] == "S":
            stores[control[1:]] = letter
        answers.append(letter)
    return answers


def twelve_ax_policy(shown, read):
    """The answer to what is shown now and what was read from memory."""
    symbol = shown["symbol"]
    return "R" if (read.get("task"), read.get("cue"), symbol) in (("1", "A", "X"), ("2", "B", "Y")) else "L"


def sir_policy(shown, read):
    """The answer to what is shown now and what was read from memory."""
    if shown["stimulus"] is not None:
        return shown["stimulus"][0]
    (stored,) = read.values()
    return stored[0]


def phonological_loop_answers(shown):
    """The answers to a stream of the loop; `shown` holds a dict {"phoneme": name or None, "control": name} per step."""
    answers = []
    heard = {}
    for step in shown:
        phase, time = step["control"]
        if phase == "E":
            heard[time] = step["phoneme"]
            answers.append(None)
        else:
            assert step["phoneme"] is None
            answers.append(heard.pop(time))
    assert not heard
    return answers


def phonological_loop_policy(shown, read):
    """The answer to what is shown now and what was read from memory."""
    return next(iter(read.values()), None)


def answers_from_memory(shown, gates, content, policy):
    """The answers of an agent that has its eyes on the present step, and a memory that the gate runs for it.

    Parameters
    ----------
    shown
        One dict {channel: name or None} per step.
    gates
        One dict {item: name of the gate's action} per step.
    content
        The channel whose symbol is stored.
    policy
        (what is shown, {item: content} of the items read) → answer.
    """
    memory, answers = {}, []
    for now, gate in zip(shown, gates, strict=True):
        for item, action in gate.items():
            if action == "STORE":
                memory[item] = now[content]
            elif action == "CLEAR":
                memory.pop(item, None)
        answers.append(policy(now, {i: memory.get(i) for i, action in gate.items() if action == "READ"}))
    return answers
