#include "pgpool/backend_info.h"

#include <cstring>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace ra {

namespace {

// Where a release has its members, on a machine with 64 bits: what a C compiler says of its libpcp_ext.h.
struct Release {
    std::string name;
    std::size_t size;
    std::size_t port;
    std::size_t quarantine;
    std::size_t role;
    std::size_t pg_role;  // 0: it has none
};

const std::vector<Release> releases{
    {"4.0.7", 440, 128, 418, 432, 0},   {"4.0.25", 568, 256, 546, 560, 0},  {"4.1.4", 632, 128, 482, 496, 0},
    {"4.2.5", 760, 256, 610, 624, 0},   {"4.3.0", 888, 256, 674, 688, 692}, {"4.3.5", 888, 256, 674, 688, 692},
    {"4.4.0", 888, 256, 674, 692, 696}, {"4.7.2", 888, 256, 674, 692, 696},
};

using Record = std::vector<std::byte>;

void put(Record& record, std::size_t at, const void* value, std::size_t size) {
    std::memcpy(record.data() + at, value, size);
}

void put_number(Record& record, std::size_t at, int value) { put(record, at, &value, sizeof value); }

void put_text(Record& record, std::size_t at, const std::string& text) {
    put(record, at, text.c_str(), text.size() + 1);
}

// As the library leaves memory that it does not write: of any content.
Record record_of(const Release& release, std::byte untouched) {
    Record record(release.size, untouched);
    put_text(record, 0, "db.example");
    put_number(record, release.port, 5433);
    put_number(record, release.port + 4, 3);
    put_number(record, release.role, 2);
    if (release.pg_role == 0) return record;
    record[release.quarantine] = std::byte{1};
    put_text(record, release.pg_role, "standby");
    return record;
}

}  // namespace

TEST_CASE("a node is read from the record of every release, whatever is in the memory between") {
    const auto untouched = GENERATE(std::byte{0}, std::byte{1}, std::byte{'x'}, std::byte{0xff});
    for (const auto& release : releases) {
        INFO(release.name);
        const auto node = read_backend_info(record_of(release, untouched));
        REQUIRE(node);
        CHECK(node->host == "db.example");
        CHECK(node->port == 5433);
        CHECK(node->status == 3);
        CHECK(node->role == 2);
        CHECK(node->quarantined == (release.pg_role != 0));
    }
}

TEST_CASE("a host that fills its place has no end of its own") {
    auto record = record_of(releases.back(), std::byte{0});
    std::fill_n(record.begin(), 254, std::byte{'h'});
    CHECK(read_backend_info(record)->host == std::string(254, 'h'));
}

TEST_CASE("a record of a shape that no release has is none") {
    CHECK_FALSE(read_backend_info({}));
    CHECK_FALSE(read_backend_info(Record(889)));
    const auto without_a_word = Record(888);
    CHECK_FALSE(read_backend_info(without_a_word));
}

}  // namespace ra
