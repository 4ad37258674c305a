#include "tests/support/own_network.h"

#include <fcntl.h>
#include <sched.h>

#include <fstream>
#include <stdexcept>

#include "tests/support/program.h"

namespace ra::test {

namespace {

// A cable to nobody.
constexpr auto nowhere = "nowhere";
constexpr auto nobody = "198.51.100.2";

void ip(const Words& words) { output_of(Words{"ip"} + words); }

}  // namespace

OwnNetwork::OwnNetwork() : previous_(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
    if (!previous_ || ::unshare(CLONE_NEWNET) != 0) throw std::runtime_error("cannot make a network of its own");
    ip({"link", "set", "lo", "up"});
    ip({"link", "add", nowhere, "type", "veth", "peer", "name", "unheard"});
    ip({"link", "set", nowhere, "up"});
    ip({"link", "set", "unheard", "up"});
    ip({"address", "add", "198.51.100.1/24", "dev", nowhere});
    ip({"neighbour", "add", nobody, "lladdr", "02:00:00:00:00:01", "dev", nowhere});
    std::ofstream(std::string("/proc/sys/net/ipv4/conf/") + nowhere + "/route_localnet") << "1\n";
}

OwnNetwork::~OwnNetwork() { ::setns(previous_.get(), CLONE_NEWNET); }

void OwnNetwork::lose_what_goes_to(const std::string& address) const {
    ip({"route", "add", address + "/32", "via", nobody, "dev", nowhere, "table", "local"});
}

}  // namespace ra::test
