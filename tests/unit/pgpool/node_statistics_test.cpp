#include "pgpool/node_statistics.h"

#include <string>
#include <string_view>

#include "facts/backend.h"
#include "tests/support/catch.h"

namespace ra {

namespace {

// The size of the host is what differs between the releases.
std::string record_of(std::size_t size_of_host, std::string_view status, std::string_view role) {
    std::string record;
    const auto add = [&](std::string_view text, std::size_t size) {
        record += text;
        record.append(size - text.size(), '\0');
    };
    add("1", 5);
    add("db.example", size_of_host);
    add("5433", 7);
    add(status, 13);
    add(role, 21);
    add("2026-01-01 00:00:00", 128);
    return record;
}

std::optional<PcpNode> read(int id, const std::string& record) {
    return read_node_statistics(id, std::as_bytes(std::span(record)));
}

}  // namespace

TEST_CASE("a node is read from the statistics of every release") {
    const std::size_t size_of_host = GENERATE(129u, 254u, 255u);
    const auto node = read(1, record_of(size_of_host, "up", "primary"));
    REQUIRE(node);
    CHECK(node->host == "db.example");
    CHECK(node->port == 5433);
    CHECK(node->status == static_cast<int>(NodeStatus::up));
    CHECK(node->role == static_cast<int>(NodeRole::primary));
    CHECK_FALSE(node->quarantined);
}

TEST_CASE("a node in quarantine is down") {
    const auto node = read(1, record_of(129, "quarantine", "standby"));
    REQUIRE(node);
    CHECK(node->status == static_cast<int>(NodeStatus::down));
    CHECK(node->quarantined);
}

TEST_CASE("statistics that no release tells are not read") {
    CHECK_FALSE(read(0, record_of(129, "up", "primary")));  // of another node
    CHECK_FALSE(read(1, record_of(129, "fine", "primary")));
    CHECK_FALSE(read(1, record_of(129, "up", "master")));
    CHECK_FALSE(read(1, record_of(129, "up", "primary").substr(0, 140)));
    CHECK_FALSE(read(1, ""));
}

}  // namespace ra
