import unittest
from collections import Counter
from xml.etree import ElementTree

import records
from incident import picture
from incident.picture import Picture, Span, spans

SVG = "{http://www.w3.org/2000/svg}"
RECORDS = [records.init_script(), records.agent()]


def boxes(record) -> Counter:
    """How many of each class."""
    drawn = ElementTree.fromstring(Picture(record, 30).svg())
    return Counter(box.get("class") for box in drawn.iter(f"{SVG}rect"))


def words(drawn: str) -> list[str]:
    return [text.text for text in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


class Drawing(unittest.TestCase):
    def test_has_a_picture_of_each_under_its_title(self):
        drawn = list(ElementTree.fromstring(picture.drawing(RECORDS)))
        titles = [title.text for title, what in zip(drawn, drawn[1:]) if what.tag == f"{SVG}svg" and title.tag == f"{SVG}text"]
        self.assertEqual(titles, ["with an init script", "with the agent"])

    def test_boxes_are_what_was_seen(self):
        seen = boxes(records.init_script())
        self.assertEqual((seen["lost"], seen["kept"]), (4, 3), "seconds with such writes")
        self.assertEqual((seen["cut"], seen["both"], seen["blocked"]), (1, 2, 2))
        seen = boxes(records.agent())
        self.assertEqual((seen["lost"], seen["kept"]), (1, 3), "seconds with such writes")
        self.assertEqual((seen["cut"], seen["both"], seen["blocked"]), (1, 0, 0))

    def test_a_page_has_the_pictures_the_table_and_the_legend(self):
        drawn = picture.page(RECORDS)
        self.assertEqual(drawn.count("<h2>"), 2)
        self.assertIn("<tr><th></th><th>init script</th><th>agent</th></tr>", drawn)
        self.assertIn("writes that are on c in the end", drawn)
        self.assertNotIn("{", drawn.partition("</style>")[2])

    def test_words_say_how_long_both_took_writes_and_what_is_blocked(self):
        said = words(Picture(records.init_script(), 30).svg())
        self.assertIn("both servers take writes: 2 s", said)
        self.assertIn("BLOCKED", said)
        self.assertNotIn("has the clients’ address", said)
        self.assertIn("has the clients’ address", words(Picture(records.agent(), 30).svg()))

    def test_what_is_not_answered_goes_on_with_the_last_answer(self):
        of_c = [sample for sample in records.agent().samples if sample.node == "c"]
        self.assertEqual(spans(of_c, "primary", 30), [Span("a", picture.BEGIN, 11), Span("c", 11, 30)])
