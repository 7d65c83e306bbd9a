"""The prose follows docs/style.md, and the check finds its phrases."""

import re

import pytest

from tests.prose import ROOT, SPELLING, faults, findings, prose_of_markdown, prose_of_python, reflowed

PAIRS = re.findall(r"^\| ([A-Z][^|]+) \| ([^|]+) \|$", (ROOT / "docs" / "style.md").read_text(encoding="utf-8"), re.M)


def test_the_repository_has_no_phrase_that_the_style_rules_out():
    assert [str(each) for each in findings()] == []


def test_there_are_ten_pairs():
    assert len(PAIRS) == 10


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_check_tells_before_from_after(before, after):
    assert list(faults(before))
    assert not list(faults(after))


@pytest.mark.parametrize(
    "text", ["What is held out?", "It comes to rest.", "`anew` and [x](beside.md)", "What a gate does."]
)
def test_the_check_lets_plain_sentences_and_code_pass(text):
    assert not list(faults(prose_of_markdown(text)))


@pytest.mark.parametrize(
    "text", ["An unknown name is refused.", "It refuses the file.", "It learns the worth of a content."]
)
def test_words_that_the_glossary_replaces_are_found(text):
    assert list(faults(text))


@pytest.mark.parametrize("text", ["The 95 % interval.", 'label = "90 %"', "It takes 4\n% less time."])
def test_a_space_before_a_percent_sign_is_found(text):
    found = prose_of_python(text) if text.startswith("label") else reflowed(text)
    assert list(faults(found))
    assert not list(faults(found.replace(" %", "%")))


def test_a_phrase_is_found_across_lines_and_with_its_line():
    text = reflowed(prose_of_markdown("# Title\n\nA stuck one comes\nto an end.\n"))
    assert [(text.count("\n", 0, start), phrase) for start, phrase, _ in faults(text)] == [(2, "comes to")]


def test_comments_docstrings_and_messages_are_prose_and_code_is_not():
    source = 'def beside(anew):\n    """Starts anew."""\n    return f"it comes to {anew}" + "beside"  # once more\n'
    phrases = {phrase for _, phrase, _ in faults(prose_of_python(source))}
    assert phrases == {"anew", "comes to", "once more"}


def test_code_blocks_are_not_prose():
    assert not list(faults(prose_of_markdown("```\nstart anew\n```\n")))


@pytest.mark.parametrize(
    "word", ["catalogue", "Colours", "behavioural", "normalised", "optimiser", "modelling", "analysed", "cancelled"]
)
def test_british_spelling_is_found(word):
    assert list(faults(prose_of_markdown(f"The {word} of it."), SPELLING))
    assert not list(faults(prose_of_markdown(f"The `{word}` of it."), SPELLING))
    assert not list(faults("Colors, behavior, analyses, an optimizer, and catalogs.", SPELLING))
