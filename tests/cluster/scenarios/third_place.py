"""A third place votes which site goes on: recipe promotable-with-quorum-device."""

from bed import quorum_device
from bed.recipes import VIP
from bed.scenario import Scenario
from scenarios import scenario
from scenarios.cut import SERVING_LONG, Rounds


@scenario("quorum-device", 420, "a site that has lost the quorum stops, and the other one takes over", "quorum-device")
@scenario("quorum-device-crmsh", None, "a site that has lost the quorum stops: the recipe for crmsh", "quorum-device-crmsh")
def quorum_device_decides(play: Scenario, recipe: str):
    """No ping tells a site that it is cut off."""
    quorum_device.add(play.lab)
    for node in play.nodes:
        play.within(30, f"the quorum device votes for {node}", quorum_device.votes_for, node)
    Rounds(play, recipe, VIP, follows_primary=True).run(1, SERVING_LONG)
