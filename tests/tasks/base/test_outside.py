"""Users' code: loaded from files, packages and scripts, keyed by its source, and rejected in one line."""

import sys
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from tasks.base import outside, registry
from tasks.base.errors import UnknownNameError
from tasks.base.outside import OutsideError, from_file, from_package, from_script, one_line
from tasks.base.outside_tasks import outside_task
from tasks.base.registry import Entry, Registry


def entry(found):
    return Entry(found.thing, found.name, code=found.code)


def things():
    return Registry("thing", {"ours": Entry(dict, "ours")}, group="pbwm.things", made=entry)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("class Mine:\n    pass\n\nnumber = 3\n")
    return path


def test_a_file_is_run_once_and_again_when_it_has_changed(file):
    name = f"{file}:Mine"
    first = from_file(name)
    assert first.thing is from_file(name).thing
    assert first.name == name
    file.write_text(file.read_text() + "# changed\n")
    second = from_file(name)
    assert second.code != first.code
    assert second.thing is not first.thing
    assert sys.modules[second.thing.__module__].Mine is second.thing


def test_files_of_one_name_and_one_content_in_two_places_are_two_modules(file, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "mine.py").write_text(file.read_text())
    one, two = from_file(f"{file}:Mine"), from_file(f"{other / 'mine.py'}:Mine")
    assert one.code == two.code
    assert one.thing is not two.thing


@pytest.mark.parametrize(
    ("text", "name", "error", "says"),
    [
        (
            None,
            "gone.py:Mine",
            OutsideError,
            "gone.py: there is no such file; give the path of a Python file from the working directory",
        ),
        ("class Mine: pass", "mine.py:Mien", UnknownNameError, "unknown name in .*mine.py 'Mien': did you mean 'Mine'"),
        ("import no_such_package", "mine.py:Mine", OutsideError, "No module named 'no_such_package', mine.py line 1"),
        ("x = 1\ndef (", "mine.py:Mine", OutsideError, "SyntaxError: .*, mine.py line 2"),
        ("x = 1\ny = 1 / 0", "mine.py:Mine", OutsideError, "ZeroDivisionError: division by zero, mine.py line 2"),
        ("raise ValueError('a\\nb')", "mine.py:Mine", OutsideError, "ValueError: a b, mine.py line 1"),
        ("import json\njson.loads('{')", "mine.py:Mine", OutsideError, "JSONDecodeError: .*, mine.py line 2"),
    ],
)
def test_what_cannot_be_loaded_says_why_in_one_line(tmp_path, text, name, error, says):
    if text is not None:
        (tmp_path / "mine.py").write_text(text)
    with pytest.raises(error, match=says) as caught:
        from_file(str(tmp_path / name))
    assert "\n" not in str(caught.value)


def test_a_name_without_a_file_is_no_file_name():
    with pytest.raises(OutsideError, match=r"'lstm' does not have the form FILE\.py:NAME"):
        from_file("lstm")


def test_a_catalog_gives_what_a_file_has_and_keeps_it(file):
    catalog, name = things(), f"{file}:Mine"
    entry = catalog[name]
    assert entry is catalog[name]
    assert entry.build.__name__ == "Mine"
    assert list(catalog) == ["ours"]
    assert name not in catalog
    assert catalog.outside() == [entry]


class Scripted:
    """Of this file."""


def test_a_script_registers_a_name_that_is_free():
    catalog = things()
    catalog.register("mine", Scripted)
    assert list(catalog) == ["ours", "mine"]
    assert catalog["mine"].build is Scripted
    assert len(catalog) == 2
    for taken in ("ours", "mine.py:Mine"):
        with pytest.raises(OutsideError, match=f"thing '{taken}': the name is already registered"):
            catalog.register(taken, Scripted)
    with pytest.raises(OutsideError, match="name = '' must be a string"):
        catalog.register("", Scripted)
    for name in ("a,b", "../mine", "a\\b"):
        with pytest.raises(OutsideError, match="must not have a comma or a slash"):
            catalog.register(name, Scripted)
    with pytest.raises(OutsideError, match="is not a name; give a name, FILE"):
        catalog[Scripted]


def test_what_has_no_source_cannot_be_registered():
    made = type("Made", (), {"__module__": "nowhere"})
    with pytest.raises(OutsideError, match=r"'made': the source of .* cannot be found; define it in a file"):
        from_script("made", made)


def point(name, value):
    return EntryPoint(name=name, value=value, group="pbwm.things")


def test_packages_offer_names_that_are_looked_up_last(monkeypatch, tmp_path):
    package = tmp_path / "offering"
    package.mkdir()
    (package / "__init__.py").write_text("class Theirs:\n    pass\n")
    (package / "more.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    points = {"theirs": point("theirs", "offering:Theirs"), "ours": point("ours", "offering:Theirs")}
    monkeypatch.setattr(registry, "offered", lambda group: points if group == "pbwm.things" else {})
    catalog = things()
    assert catalog["ours"].summary == "ours"
    assert catalog["theirs"].build.__name__ == "Theirs"
    assert set(catalog.offered) == {"theirs"}
    before = from_package(points["theirs"]).code
    (package / "more.py").write_text("x = 2\n")
    assert from_package(points["theirs"]).code != before
    with pytest.raises(UnknownNameError, match="did you mean 'theirs'"):
        catalog["their"]


def test_a_package_that_cannot_be_imported_says_so():
    with pytest.raises(OutsideError, match=r"pbwm.things: broken \(no_such:Thing\) cannot be imported"):
        from_package(point("broken", "no_such:Thing"))


def test_entry_points_are_those_of_the_group(monkeypatch):
    monkeypatch.setattr(outside, "entry_points", lambda group: [SimpleNamespace(name=f"of {group}")])
    outside.offered.cache_clear()
    assert set(outside.offered("pbwm.things")) == {"of pbwm.things"}
    outside.offered.cache_clear()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Mine = 3", "Mine: is not a class or function but int; give a class or function that makes a task"),
        ("class Mine: pass", "Mine: is not a task: it lacks spec and trials"),
        ("class Mine:\n    spec = 3\n    def trials(self, n, rng): pass", "Mine: spec is of type int and must be"),
        (
            "class Mine:\n    @property\n    def spec(self): return self.no_such\n    def trials(self, n, rng): pass",
            r"Mine: spec cannot be read \(AttributeError: .*no_such",
        ),
        ("class Mine:\n    def __init__(self, x): pass", r"Mine: cannot be built \(TypeError: .*missing 1 required"),
    ],
)
def test_what_is_no_task_is_rejected(tmp_path, text, says):
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(OutsideError, match=says):
        outside_task(from_file(f"{tmp_path / 'mine.py'}:Mine"))


def test_an_error_names_the_last_place_in_a_file():
    with pytest.raises(ZeroDivisionError) as caught:
        (lambda: 1 / 0)()
    assert one_line(caught.value).startswith("ZeroDivisionError: division by zero, test_outside.py line ")
