"""
The picture is SVG that says in words what it shows and draws a line for each scene.

Method: it is parsed as XML.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tocsin.ops.country import Played
from tocsin.ops.country_picture import draw

SVG = "{http://www.w3.org/2000/svg}"


def test_each_scene_has_a_line_and_a_name_that_is_escaped():
    scene = Played("<alert> & more", 10, 1, 2, 3, 0, 0, 0, 0, ((1.0, 0.5), (1e9, 1.0)))
    tree = ET.fromstring(draw([scene, scene], title="told & heard", axis="ms"))

    assert tree.find(f"{SVG}title").text == "told & heard"
    assert len(tree.findall(f".//{SVG}polyline")) == 2
    assert "<alert> & more" in [text.text for text in tree.iter(f"{SVG}text")]
