"""The house rules that no linter knows: who commits, who may in, where templates stand, lengths."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, nodes

from hiring import PACKAGES, db
from hiring.people import gate
from hiring.people.rules import BROUGHT, MAY, Action, Role
from tests import factories

ROOT = Path(__file__).parent.parent
CODE = [
    path
    for path in sorted((ROOT / "hiring").rglob("*.py"))
    if "versions" not in path.parts  # a migration is as long as its tables, and never changes
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
WEB_TEMPLATES = [path for path in TEMPLATES if path.parent.name != "pdf"]
SHARED = {"layout.html", "_fields.html", "_asked.html", "error.html"}
COUNTERS = {"throttle.py"}  # a try is counted although the request it came with is refused
COMMITTERS = {"routes.py", "export.py", "work.py", "cli.py"}  # work: the worker's part
LONGEST_FILE, LONGEST_FUNCTION = 400, 40


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def template_name(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


def calls_of(path: Path, *methods: str) -> list[str]:
    """Where a file calls one of these methods on something."""
    return [
        f"{shown(path)}:{node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
    ]


# --- the database ---


def test_only_routes_the_worker_and_commands_commit_and_all_of_them_do_it_somewhere():
    committing = {path: calls_of(path, "commit") for path in CODE}
    assert [at for path in CODE if path.name not in COMMITTERS for at in committing[path]] == []
    assert {path.name for path in CODE if committing[path]} == COMMITTERS


def test_only_routes_and_the_worker_open_a_write_transaction_of_their_own():
    assert [
        at
        for path in CODE
        if path.name not in COMMITTERS | COUNTERS
        for at in calls_of(path, "writing")
    ] == []


def test_nobody_flushes():
    assert [at for path in CODE for at in calls_of(path, "flush")] == []


def test_no_relationship_loads_by_itself(app):
    # So a template can never query: it fails with the name of what was not loaded.
    relations = [r for mapper in db.Base.registry.mappers for r in mapper.relationships]
    assert relations
    assert [str(relation) for relation in relations if relation.lazy != "raise_on_sql"] == []


def test_relationships_between_packages_point_upstream(app):
    def place(row: type) -> int:
        return PACKAGES.index(row.__module__.split(".")[1])

    assert [
        str(relation)
        for mapper in db.Base.registry.mappers
        for relation in mapper.relationships
        if place(relation.mapper.class_) > place(mapper.class_)
    ] == []


# --- who may in ---


def test_every_route_declares_what_it_does(app):
    with app.app_context():
        silent = [e for e in app.view_functions if not isinstance(gate.action_of(e), Action)]
    assert silent == []


def test_the_table_is_whole_and_names_nothing_that_is_gone(app):
    assert set(MAY) == set(Action)
    assert set(BROUGHT) <= set(app.view_functions)
    declared = {getattr(view, "action", None) for view in app.view_functions.values()}
    assert set(Action) <= declared | set(BROUGHT.values()), "an action that no route declares"


def test_what_a_package_brings_is_in_the_table_and_ours_declares_itself(app):
    for endpoint, view in app.view_functions.items():
        is_ours = endpoint.partition(".")[0] in PACKAGES
        assert hasattr(view, "action") == is_ours, endpoint
        assert (endpoint in BROUGHT) != is_ours, endpoint


def test_a_route_without_a_declaration_lets_nobody_in(fresh_app):
    fresh_app.add_url_rule("/undeclared", "undeclared", lambda: "in", methods=["GET", "POST"])
    client = fresh_app.test_client()
    with fresh_app.app_context():
        everything = factories.person(db.session(), *Role)
        db.session().commit()
    for person in (None, everything):
        client.sign_in(person)
        for answer in (client.get("/undeclared"), client.post("/undeclared")):
            assert answer.status_code == 403
            assert "This page is not open to you" in answer.text


def test_only_the_routes_of_flask_security_that_are_used_are_there(app):
    brought = {rule.endpoint for rule in app.url_map.iter_rules() if "security" in rule.endpoint}
    assert brought == {"security.login", "security.logout"}


def test_every_part_of_an_address_has_a_type(app):
    for rule in app.url_map.iter_rules():
        for part in re.findall(r"<([^>]*)>", rule.rule):
            kind = part.partition(":")[0] if ":" in part else ""
            allowed = {"path"} if rule.endpoint.endswith("static") else {"int", "string"}
            assert kind in allowed, rule.rule


# --- templates ---


def named_by(package: str) -> dict[str, set[str]]:
    """The templates that each file of a package names."""
    return {
        shown(path): {
            node.value
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.endswith(".html")
        }
        for path in sorted((ROOT / "hiring" / package).glob("*.py"))
    }


def references(path: Path) -> set[str]:
    """The templates that a template extends, imports or includes."""
    parsed = Environment(autoescape=True).parse(path.read_text())
    kinds = (nodes.Extends, nodes.Import, nodes.FromImport, nodes.Include)
    found: Iterator[Any] = (node for kind in kinds for node in parsed.find_all(kind))
    return {str(node.template.as_const()) for node in found}


def test_each_folder_of_templates_is_a_package():
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders - {"security", "pdf"} <= set(PACKAGES)
    assert {path.name for path in (ROOT / "templates").glob("*.html")} == SHARED


@pytest.mark.parametrize("package", PACKAGES)
def test_a_route_renders_only_from_the_folder_of_its_package(package):
    for file, names in named_by(package).items():
        for name in names:
            folder = name.rpartition("/")[0]
            # The renderer has a folder of its own, from which nothing leads out.
            assert folder == ("" if file == "hiring/summaries/pdf.py" else package), (
                f"{file}: {name}"
            )
            assert (ROOT / "templates" / (folder or "pdf") / Path(name).name).exists(), name


@pytest.mark.parametrize("path", WEB_TEMPLATES, ids=template_name)
def test_a_template_takes_parts_only_from_its_own_folder_and_the_shared_ones(path):
    folder = path.parent.relative_to(ROOT / "templates").as_posix()
    for name in references(path):
        assert name in SHARED or name.rpartition("/")[0] == folder, name
        assert (ROOT / "templates" / name).exists(), name


def test_each_page_for_the_web_compiles_and_fails_on_a_name_it_was_not_given(app):
    assert app.jinja_env.undefined is StrictUndefined
    for path in WEB_TEMPLATES:
        app.jinja_env.get_template(template_name(path))


@pytest.mark.pdf
def test_each_page_for_paper_compiles_and_fails_on_a_name_it_was_not_given():
    from hiring.summaries import pdf  # noqa: PLC0415 - it loads WeasyPrint

    environment = pdf._templates()
    assert environment.undefined is StrictUndefined
    for path in TEMPLATES:
        if path not in WEB_TEMPLATES:
            environment.get_template(path.name)


def test_no_template_is_orphaned(app):
    used = {name for package in PACKAGES for names in named_by(package).values() for name in names}
    used |= {"error.html"}  # of hiring/web.py
    used |= {app.config["SECURITY_LOGIN_USER_TEMPLATE"]}
    for path in TEMPLATES:
        used |= references(path)
    names = {path.name if path not in WEB_TEMPLATES else template_name(path) for path in TEMPLATES}
    assert names - used == set()


def tags(path: Path, *names: str) -> Iterator[str]:
    """The opening tags of a template, with what Jinja does inside them."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    wanted = "|".join(names) or "[a-zA-Z][a-zA-Z0-9]*"
    inside = r"(?:\{\{.*?\}\}|\{%.*?%\}|\"[^\"]*\"|'[^']*'|[^>\"'])*"
    yield from re.findall(rf"<(?:{wanted})\b{inside}>", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_nothing_is_inline_that_the_content_policy_forbids(path):
    for tag in tags(path):
        bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", tag, flags=re.DOTALL)
        assert not re.search(r"\s(style|on[a-z]+)\s*=", bare), tag
        assert "javascript:" not in bare, tag
    for tag in tags(path, "style", "script"):
        assert "csp_nonce()" in tag, tag


@pytest.mark.parametrize("path", WEB_TEMPLATES, ids=template_name)
def test_every_form_that_posts_carries_the_token(path):
    text = path.read_text()
    token = r"fields\.csrf\(\)|name=\"csrf_token\"|hidden_tag\(\)"
    for name, body in re.findall(r"\{%-? macro (\w+)(.*?)endmacro", text, flags=re.DOTALL):
        if re.search(token, body):
            token += rf"|\b{name}\("
    for form in re.findall(r"<form\b.*?</form>", text, flags=re.DOTALL | re.IGNORECASE):
        (opening, *_) = re.findall(r"<form\b.*?>", form, flags=re.DOTALL)
        method = re.search(r'\bmethod="(\w+)"', opening)
        assert method, f"a form says how it is sent: {opening}"
        if method[1].lower() == "post":
            assert re.search(token, form), opening
            assert "csrf" not in opening, "a token in the address is written to logs"
    assert text.lower().count("<form") == text.lower().count("</form>")


# --- length and leftovers ---


def test_files_and_functions_are_short():
    long = []
    for path in CODE:
        lines = len(path.read_text().splitlines())
        if lines > LONGEST_FILE:
            long.append(f"{shown(path)}: {lines} lines")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                # What it does: arguments, one to a line, and the docstring are not its length.
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                if lines > LONGEST_FUNCTION:
                    long.append(f"{shown(path)}:{node.lineno}: {node.name} has {lines} lines")
    assert long == [], f"at most {LONGEST_FILE} lines a file, {LONGEST_FUNCTION} a function"


def test_every_module_says_what_lives_there():
    for path in CODE:
        if path.read_text().strip():
            said = ast.get_docstring(tree(path))
            assert said, shown(path)
            assert "\n" not in said.partition("\n\n")[0], f"{shown(path)}: say it in one line"


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|temporary)\b")
    texts = [*CODE, *TEMPLATES, *(ROOT / "hiring" / "static").glob("*.*s"), ROOT / "wsgi.py"]
    assert [
        f"{shown(path)}:{number}: {line.strip()}"
        for path in texts
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if later.search(line)
    ] == []


def test_no_file_has_a_name_that_could_hold_anything():
    vague = {"util", "utils", "helpers", "helper", "common", "misc", "base", "services", "manager"}
    assert [shown(path) for path in CODE if path.stem in vague] == []
    for package in PACKAGES:
        init = ROOT / "hiring" / package / "__init__.py"
        assert not init.read_text(), f"{shown(init)} is empty, so that importing it does nothing"


def test_the_readme_maps_every_package():
    mapped = re.findall(r"^\| `hiring/(\w+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    packages = {path.parent.name for path in CODE if path.name == "__init__.py"} - {"hiring"}
    assert set(mapped) == packages
    assert [name for name in mapped if name in PACKAGES] == list(PACKAGES)
