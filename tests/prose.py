"""A check of the prose, with the phrases that docs/style.md rules out.

``python -m tests.prose`` lists each phrase with its file and line, and fails if there is one. It reads Markdown files
without their code, and comments, docstrings and messages of Python files.
"""

import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import NamedTuple

__all__ = ["RULES", "SPELLING", "Finding", "faults", "findings"]

ROOT = Path(__file__).parents[1]
PARTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "docs", "notebooks", "benchmarks", "pbwm", "tasks")
PARTS += ("lstm_baseline", "paper", "packaging")
EXEMPT = ("docs/style.md",)

FIRST = r"(?:^[ ]*|(?<=[.:;] ))"
"""Where a sentence begins."""

RULES = {
    r"\banew\b": "again, from scratch, re-initialize",
    r"\bbeside\b": "next to, with, in addition to",
    r"\b(?:come|comes|came) to\b(?! (?:mind|rest)\b)": "reach, result, amount to, learn to",
    r"\b(?:networks?|models?|stripes?|cells?|units?|nuclei|neurons?) whom?\b": "that",
    FIRST + r"(?-i:What) (?:is|are|was|were|has|have) (?!here\b)[^.?!|]*(?:[.!|]|$)": "name the subject",
    FIRST + r"(?-i:What) [^.?!|,]*, (?:it|that|they|this)\b": "subject, verb, object",
    FIRST + r"(?-i:Published|Declared|Stored|Kept|Shown|Checked|Given|Compared|Counted) (?:is|are|was|were)\b": (
        "subject, verb, object"
    ),
    FIRST + r"(?-i:Is|Are) there (?:while|where|if|when|until|unless)\b": "name the subject",
    r"\bbut for\b": "except for",
    r"\b(?:is|are|was|were) all but\b": "almost",
    r"\bnothing but\b": "only",
    r"\bfore(?:tell|told)\b": "predict",
    r"\b(?:told|tells?|tell) \w* ?apart\b": "distinguish, differ",
    r"\bof one league\b": "similar",
    r"\bonce more\b": "again",
    r"\bas it were\b": "leave it out",
    r"\bin the place of\b": "instead of",
    r"\bat hand\b": "available",
    r"\bstands? (?:beside|twice|under|over|at the left|at the right|side by side)\b": "is, appears",
    r"\bowes? (?:nothing|something|it|this|that|what)\b": "depend on",
    r"\bso many (?:of|successive|epochs|networks|steps)\b": "give the number, or: the required number of",
    r"\bnor (?:does|do|is|are|has|have)\b": "start a sentence: it does not …",
    r"\bsuch as have\b": "that have",
    r"\ba (?:file|network|step|line|stripe|row|model) more\b": "another, an additional",
    r"(?<![\w.])(?-i:refus(?:e|es|ed|al|ing))\b": "reject",
    r"\bthe (?:usual )?worth of\b": "value",
    r"[\d}] %": "no space before the percent sign",
}
"""Pattern → what to write instead."""

SPELLING = {
    r"\bcatalogues?\b": "catalog",
    r"\b\w*colour\w*\b": "color",
    r"\b(?:behaviour|favour|neighbour|honour)\w*\b": "-or",
    r"\b(?:normal|organ|initial|recogn|general|optim|special|real)is(?:e|es|ed|er|ing|ation)\b": "-ize",
    r"\b\w+isations?\b": "-ization",
    r"\b(?:label|model|cancel|signal)l(?:ed|ing)\b": "one l",
    r"\b(?:centres?|grey|learnt|misspelt|whilst|analysed?)\b": "American spelling",
}
"""The same for spelling."""
SAVED = {
    "lstm_baseline/gru.py": "optimiser",
    "lstm_baseline/rules.py": "optimiser",
    "tasks/hierarchical_rules.py": "colour",
    "tasks/stroop.py": "colours",
}
"""File → a name that it keeps, because saved results have it."""


class Finding(NamedTuple):
    path: str
    line: int
    phrase: str
    instead: str

    def __str__(self):
        """As `make lint` prints it."""
        return f'{self.path}:{self.line}: "{self.phrase}" (write: {self.instead}; see docs/style.md)'


def faults(text, rules=RULES):
    """Each phrase in a text that is ruled out: where it begins, the phrase, and the replacement."""
    for pattern, instead in rules.items():
        for found in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE):
            yield found.start(), " ".join(found.group().split()), instead


def blank(match):
    """Spaces instead of code, so that lines keep their numbers."""
    return re.sub(r"[^\n]", " ", match.group())


def prose_of_markdown(text):
    """The text without code blocks, code spans and addresses of links."""
    text = re.sub(r"^```.*?^```", blank, text, flags=re.DOTALL | re.MULTILINE)
    code = r"`[^`\n]*(?:\n[^`\n]+)?`"  # a code span may be broken once
    text = re.sub(code, lambda found: "`" + re.sub(r"[^\n]", "x", found.group()[1:-1]) + "`", text)
    return re.sub(r"\]\([^)]*\)", lambda found: "]" + blank(found)[1:], text)


def prose_of_python(text):
    """Comments and string literals; the rest is blank."""
    lines = [[" "] * len(line) for line in text.splitlines()]
    source = text.splitlines()
    kinds = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in kinds or " " not in token.string.strip():
            continue  # code, or a name in quotation marks
        (first, begin), (last, end) = token.start, token.end
        for number in range(first - 1, last):
            start = begin if number == first - 1 else 0
            stop = end if number == last - 1 else len(source[number])
            lines[number][start:stop] = source[number][start:stop]
    kept = "\n".join("".join(line) for line in lines)
    return re.sub(r"``?[^`\n]*``?", blank, re.sub(r'["\'#]+', lambda found: " " * len(found.group()), kept))


def reflowed(text):
    """Line breaks inside a paragraph as spaces; positions stay."""
    return re.sub(r"(?<=[^\n ])[ ]*\n(?=[ ]*[^\n \-|#>*])", lambda found: " " * len(found.group()), text)


def findings(root=ROOT):
    """Every phrase that is ruled out, in all files of the repository."""
    named = subprocess.run(["git", "ls-files", *PARTS], cwd=root, capture_output=True, text=True, check=True)
    for name in named.stdout.splitlines():
        path = root / name
        if name.startswith(EXEMPT) or path.suffix not in (".md", ".py", "") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        prose = prose_of_python(text) if path.suffix == ".py" else prose_of_markdown(text)
        for start, phrase, instead in faults(reflowed(prose), RULES | SPELLING):
            if SAVED.get(name) == phrase:
                continue
            yield Finding(name, text.count("\n", 0, start) + 1, phrase, instead)


if __name__ == "__main__":
    found = [str(each) for each in findings()]
    print("\n".join(found))
    sys.exit(bool(found))
