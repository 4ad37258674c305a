import tempfile
import unittest
from pathlib import Path

from bed.faults import Faults
from bed.lab import Lab
from bed.recipes import RECIPES
from bed.schedule import KINDS, NODES, Fault, Schedule


class WithoutPower(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        recipe = RECIPES["promotable-three"]
        lab = Lab(Path(directory.name), None, recipe.nodes)
        self.faults = Faults(lab, recipe, lab.nodes[0])

    def test_nothing_else_befalls_a_node(self):
        for kind in KINDS.values():
            for target in set(kind.targets) & set(NODES):
                with self.subTest(kind=kind.name, target=target):
                    fault = Fault(kind.name, target, 1, 9, 0)
                    deeds = [deed for at, word, deed in self.faults.steps(Schedule(1, (fault,), 15))
                             if word != "over: power lost"]
                    self.assertTrue(deeds)
                    for deed in deeds:
                        deed()


if __name__ == "__main__":
    unittest.main()
