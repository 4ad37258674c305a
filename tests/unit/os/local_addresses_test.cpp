#include "os/local_addresses.h"

#include <unistd.h>

#include <climits>

#include "tests/support/catch.h"

namespace ra::test {

TEST_CASE("a host knows its addresses, its name, and its names in /etc/hosts") {
    const auto own = local_addresses();
    CHECK(own.contains("127.0.0.1"));
    CHECK(own.contains("localhost"));
    char name[HOST_NAME_MAX + 1] = "";
    REQUIRE(::gethostname(name, sizeof name) == 0);
    CHECK(own.contains(name));
}

}  // namespace ra::test
