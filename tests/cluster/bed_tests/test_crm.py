import unittest

from bed import crm

ANSWER = """
<pacemaker-result api-version="2.25">
  <summary><current_dc present="true" name="a" id="1"/></summary>
  <nodes>
    <node name="a" id="1" online="true"/>
    <node name="c" id="2" online="true"/>
    <node name="d" id="3" online="false"/>
    <node name="e" id="4" online="true" pending="true"/>
  </nodes>
  <resources>
    <clone id="pgpool-clone" multi_state="true">
      <resource id="pgpool" role="Unpromoted" blocked="false" managed="true"><node name="c" id="2"/></resource>
      <resource id="pgpool" role="Promoted" blocked="false" managed="true"><node name="a" id="1"/></resource>
      <resource id="pgpool" role="Stopped" blocked="false" managed="true"/>
    </clone>
    <group id="service">
      <resource id="companion" role="Started" blocked="true" managed="true">
        <node name="c" id="2"/>
        <node name="a" id="1"/>
      </resource>
    </group>
    <resource id="vip" role="Started" blocked="false" managed="false"><node name="a" id="1"/></resource>
  </resources>
  <node_attributes>
    <node name="a"><attribute name="pingd" value="3"/></node>
    <node name="c"/>
  </node_attributes>
  <node_history>
    <node name="c">
      <resource_history id="pgpool" fail-count="INFINITY"/>
      <resource_history id="vip" fail-count="0"/>
      <resource_history id="ping"/>
    </node>
  </node_history>
</pacemaker-result>
"""


class View(unittest.TestCase):
    def setUp(self):
        self.view = crm.parse(ANSWER)

    def test_nodes(self):
        self.assertEqual(self.view.dc, "a")
        self.assertEqual(self.view.online, {"a", "c"})

    def test_where_a_resource_is(self):
        self.assertEqual(self.view.nodes_of("pgpool"), ("a", "c"))
        self.assertEqual(self.view.nodes_of("pgpool", "Promoted"), ("a",))
        self.assertEqual(self.view.nodes_of("vip"), ("a",))
        self.assertEqual(self.view.nodes_of("companion"), ("a", "c"))
        self.assertEqual(self.view.nodes_of("no-such-resource"), ())

    def test_what_is_blocked(self):
        self.assertEqual(self.view.blocked(), ("companion",))

    def test_attributes_and_failures(self):
        self.assertEqual(self.view.attributes, {"a": {"pingd": "3"}, "c": {}})
        self.assertEqual(self.view.fail_counts, {("c", "pgpool"): "INFINITY"})


class NoView(unittest.TestCase):
    def test_an_answer_that_ends_early(self):
        with self.assertRaisesRegex(crm.Unreadable, "cannot read what crm_mon says"):
            crm.parse(ANSWER[:200])


if __name__ == "__main__":
    unittest.main()
