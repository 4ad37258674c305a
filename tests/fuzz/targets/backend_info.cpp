#include "pgpool/backend_info.h"

#include <array>
#include <cstring>

#include "tests/fuzz/target.h"

namespace ra::fuzz {

namespace {

// The sizes that the records of the releases have, and those beside them.
constexpr std::array<std::size_t, 7> sizes{0, 440, 568, 632, 760, 888, 896};

}  // namespace

// The input, as often as it takes to fill a record.
void check(std::string_view input) {
    for (const auto size : sizes) {
        std::vector<std::byte> record(size);
        for (std::size_t i = 0; i < size && !input.empty(); ++i)
            record[i] = static_cast<std::byte>(input[i % input.size()]);
        const auto node = read_backend_info(record);
        if (!node) continue;
        demand(node->host.size() <= 254 && node->host.find('\0') == std::string::npos, "a host is in its field");
        const auto checked = check_node(3, *node);
        if (!checked || !*checked) continue;
        demand((*checked)->id == 3 && (*checked)->port > 0, "a node has a port");
        demand(static_cast<int>((*checked)->status) <= 3 && static_cast<int>((*checked)->role) <= 3,
               "a status and a role are ones that pgpool has");
    }
}

}  // namespace ra::fuzz
