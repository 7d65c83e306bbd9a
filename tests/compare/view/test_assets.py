"""The front end is one module of several that fit together, and requests nothing from other hosts."""

import re

from pbwm.compare.view.assets import EXPORTS, FRONT, MODULES, script, style

DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) \[?(\w+(?:, \w+)*)", re.MULTILINE)
IMPORTED = re.compile(r'^import \{ ([^}]+) \} from "\./(\w+)\.js";$', re.MULTILINE)


def source(name):
    return (FRONT / f"{name}.js").read_text(encoding="utf-8")


def declared(name):
    return [one for found in DECLARED.findall(source(name)) for one in found.split(", ")]


def test_all_modules_are_there():
    assert sorted(MODULES) == sorted(path.stem for path in FRONT.glob("*.js"))


def test_no_two_modules_declare_the_same_name():
    names = [one for name in MODULES for one in declared(name)]
    assert sorted(set(names)) == sorted(names)


def test_imports_come_from_modules_that_stand_before_and_export_them():
    for place, name in enumerate(MODULES):
        assert source(name).count("import ") == len(IMPORTED.findall(source(name)))
        for imported, origin in IMPORTED.findall(source(name)):
            assert origin in MODULES[:place], f"{name} imports from {origin}"
            for one in imported.split(", "):
                assert re.search(rf"^export (?:async )?(?:function|class|const) {one}\b", source(origin), re.MULTILINE)


def test_what_is_imported_is_used():
    for name in MODULES:
        body = IMPORTED.sub("", source(name))
        for imported, _ in IMPORTED.findall(source(name)):
            for one in imported.split(", "):
                assert re.search(rf"\b{one}\b", body), f"{name} does not use {one}"


def test_the_whole_is_one_module():
    whole = script()
    assert "import " not in re.sub(r"//.*", "", whole)
    assert re.findall(r"^export .*$", whole, re.MULTILINE) == [
        f"export {{ {', '.join(EXPORTS)} }};",
        "export default { render };",
    ]


def test_nothing_is_asked_of_another_host():
    for text in (script(), style()):
        addresses = re.findall(r"[a-z]+://[^\s\"'`$]+", text)
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}
        assert "@import" not in text
        assert "eval(" not in text
        assert "innerHTML" not in text
