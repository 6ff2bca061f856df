"""The test client sees what is wrong with a page."""

import pytest

from tests.client import faults

PAGE = """<!doctype html>
<html lang="en"><title>Openings · Fifteen</title><h1>Openings</h1>
<svg><title>Mark</title></svg>
<form action="/openings"><label>Word <input name="word"></label></form>
<form action="/openings" method="post"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><input id="name" name="name"><textarea aria-label="Note"></textarea>
<button>Save</button></form></html>"""


def test_a_sound_page_has_no_faults():
    assert faults(PAGE) == []


@pytest.mark.parametrize(
    ("sound", "broken", "fault"),
    [
        (' lang="en"', "", "no lang"),
        ("<h1>Openings</h1>", "", "0 h1"),
        ("<h1>", "<h1>One</h1><h1>", "2 h1"),
        ("<title>Openings", "<title>Fifteen", "doesn't start with the h1"),
        ("<svg>", "<svg id='name'>", "the id 'name' is there 2 times"),
        ("<label>Word ", "<label>Word</label> ", "the input 'word' has no label"),
        ('for="name"', 'for="other"', "the input 'name' has no label"),
        (' aria-label="Note"', "", "has no label"),
        ('action="/openings" method', "method", "has no action"),
        ('name="csrf_token"', 'name="other"', "has no csrf_token"),
        ("<button>", "<button onclick='save()'>", "onclick"),
        ("<button>", "<button style='color: red'>", "style"),
    ],
)
def test_each_fault_is_named(sound: str, broken: str, fault: str):
    assert sound in PAGE
    (found,) = faults(PAGE.replace(sound, broken))
    assert fault in found
