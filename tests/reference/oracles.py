"""The answers to each task, found step by step from its rules, and a perfect memory that follows a task's ideal gate.

``…_answers(shown)`` gives the answers to a stream, of which `shown` has one dict {channel: name, or None if silent} per
step. ``…_policy(shown, read)`` gives the answer to a step from its symbols and the contents read from memory.
Nothing here imports the tasks.
"""


def twelve_ax_answers(shown, targets=("1AX", "2BY"), tasks="123", cues="ABC"):
    answers = []
    task = cue = None
    for step in shown:
        symbol = step["symbol"]
        answer = "L"
        if symbol in tasks:
            task, cue = symbol, None
        elif symbol in cues:
            cue = symbol
        elif task + cue + symbol in targets:
            answer = "R"
        answers.append(answer)
    return answers


def sir_answers(shown):
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
    symbol = shown["symbol"]
    return "R" if (read.get("task"), read.get("cue"), symbol) in (("1", "A", "X"), ("2", "B", "Y")) else "L"


def sir_policy(shown, read):
    if shown["stimulus"] is not None:
        return shown["stimulus"][0]
    (stored,) = read.values()
    return stored[0]


def phonological_loop_answers(shown):
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
    return next(iter(read.values()), None)


def delayed_match_answers(shown):
    answers = []
    sample = None
    for step in shown:
        if step["control"] == "sample":
            sample = step["stimulus"]
            answers.append(None)
        else:
            answers.append("release" if step["stimulus"] == sample else "hold")
    return answers


def delayed_match_policy(shown, read):
    if shown["control"] == "sample":
        return None
    return "release" if shown["stimulus"] == read["sample"] else "hold"


def sternberg_answers(shown):
    answers = []
    studied = []
    for step in shown:
        if step["control"] == "probe":
            answers.append("yes" if step["digit"] in studied else "no")
            studied = []
        else:
            studied.append(step["digit"])
            assert step["control"] in (str(len(studied)), "study")
            answers.append(None)
    return answers


def sternberg_policy(shown, read):
    if shown["control"] != "probe":
        return None
    return "yes" if shown["digit"] in read.values() else "no"


def n_back_answers(shown, n):
    letters = [step["letter"] for step in shown]
    return [None] * n + ["yes" if now == then else "no" for then, now in zip(letters, letters[n:], strict=False)]


def n_back_policy(shown, read):
    if not read:
        return None
    (letter,) = read.values()
    return "yes" if shown["letter"] == letter else "no"


def ax_cpt_answers(shown):
    answers = []
    cue = None
    for step in shown:
        symbol = step["symbol"]
        if symbol[0] in "AB":
            cue = symbol
        answers.append(None if symbol == "-" else "target" if (cue, symbol) == ("A", "X") else "nontarget")
    return answers


def ax_cpt_policy(shown, read):
    if shown["symbol"] == "-":
        return None
    return "target" if (read.get("cue"), shown["symbol"]) == ("A", "X") else "nontarget"


def reference_back_answers(shown):
    answers = []
    registers = {}
    for step in shown:
        instruction, register = step["control"]
        same = step["symbol"] == registers.get(register)
        answers.append(None if register not in registers else "same" if same else "different")
        if instruction == "S":
            registers[register] = step["symbol"]
        assert register in registers
    return answers


def reference_back_policy(shown, read):
    if not read:
        return None
    (symbol,) = read.values()
    return "same" if shown["symbol"] == symbol else "different"


def copying_answers(shown):
    answers = []
    copied, going = [], False
    for step in shown:
        symbol = step["symbol"]
        going = going or symbol == ">"
        repeats = going and symbol == "-"
        answers.append(copied.pop(0) if repeats else "-")
        if symbol not in "->":
            copied.append(symbol)
        if repeats and not copied:
            going = False
    assert not copied
    return answers


def copying_policy(shown, read):
    return next(iter(read.values()), "-")


def temporal_order_answers(shown):
    answers = []
    signals = []
    for step in shown:
        symbol = step["symbol"]
        if symbol == "E":
            signals = []
        elif symbol in "XY":
            signals.append(symbol)
        answers.append("-".join(signals) if symbol == "B" else None)
    return answers


def temporal_order_policy(shown, read):
    return "-".join(map(str, read.values())) if read else None


def delayed_recall_answers(shown):
    answers, letter = [], None
    for step in shown:
        symbol = step["symbol"]
        answers.append(letter if symbol == "?" else None)
        if symbol not in "-?":
            letter = symbol
    return answers


def delayed_recall_policy(shown, read):
    return read.get("letter")


def long_lag_2a_answers(shown, lag):
    symbols = [step["symbol"] for step in shown]
    answers = []
    for start in range(0, len(symbols), lag + 1):
        answers += [*symbols[start + 1 : start + lag + 1], symbols[start]]
    return answers


def long_lag_2a_policy(shown, read):
    symbol = shown["symbol"]
    return read["key"] if "key" in read else "a1" if symbol in "xy" else f"a{int(symbol[1:]) + 1}"


def long_lag_answers(shown, lag):
    answers = []
    key, since = None, 0
    has_ends = shown[0]["symbol"] == "b"
    for step in shown:
        symbol = step["symbol"]
        if symbol in ("x", "y"):
            key, since = symbol, 0
        ends = symbol == "e" if has_ends else since == lag
        answers.append(key if ends else None)
        since += 1
    return answers


def long_lag_policy(shown, read):
    return read.get("key")


INSTRUCTIONS = ("name the ink", "read the word")


def stroop_answers(shown):
    answers = []
    instruction = None
    for step in shown:
        if step["ink"] == "white":
            instruction = step["screen"]
            answers.append(None)
        else:
            assert step["screen"] not in INSTRUCTIONS
            answers.append(step["screen"].lower() if instruction == "read the word" else step["ink"])
    return answers


def stroop_policy(shown, read):
    if "instruction" not in read:
        return None
    return shown["screen"].lower() if read["instruction"] == "read the word" else shown["ink"]


SHAPES, ORIENTATIONS = ("circle", "square", "star"), ("left", "upright", "right")


def _key(features, rule):
    """The key for three features, in any order; None if a necessary one is missing."""
    numbers = {
        kind: names.index(feature)
        for kind, names in {"color": ("red", "blue"), "shape": SHAPES, "orientation": ORIENTATIONS}.items()
        for feature in features
        if feature in names
    }
    if rule == "flat":
        key = numbers.get("shape", 9) + 2 * numbers.get("orientation", 9) + numbers.get("color", 9)
        return f"key {key % 3 + 1}" if key < 9 else None
    decides = {0: "shape", 1: "orientation"}.get(numbers.get("color"))
    return f"key {numbers[decides] + 1}" if decides in numbers else None


def hierarchical_rules_answers(shown, rule="hierarchical"):
    features = [step["feature"] for step in shown]
    answers = []
    for start in range(0, len(features), 3):
        answers += [None, None, _key(features[start : start + 3], rule)]
    return answers


def hierarchical_rules_policy(shown, read, rule="hierarchical"):
    return _key([shown["feature"], *read.values()], rule) if read else None


def answers_from_memory(shown, gates, content, policy):
    """The answers of an agent that sees the present step, and whose memory follows the gate.

    `gates` has one dict {item: name of the gate's action} per step. The symbol of the channel `content` is stored.
    `policy` maps the symbols of a step and {item: content} of the items read to the answer.
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
