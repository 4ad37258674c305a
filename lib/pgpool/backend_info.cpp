#include "pgpool/backend_info.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string>

namespace ra {

namespace {

constexpr std::size_t short_host = 128;  // later patch releases of 4.0 to 4.2 have the long one too
constexpr std::size_t long_host = 254;
constexpr std::size_t path_length = 256;
constexpr std::size_t name_length = 64;

template <std::size_t HostLength>
struct Of4_0 {
    char host[HostLength];
    int port;
    int status;
    std::time_t status_changed;
    double weight;
    double configured_weight;
    char data_directory[path_length];
    unsigned short flag;
    unsigned char quarantine;
    std::uint64_t standby_delay;
    int role;
};

template <std::size_t HostLength>
struct Of4_1 {  // and of 4.2
    char host[HostLength];
    int port;
    int status;
    std::time_t status_changed;
    double weight;
    double configured_weight;
    char data_directory[path_length];
    char application_name[name_length];
    unsigned short flag;
    unsigned char quarantine;
    std::uint64_t standby_delay;
    int role;
    char replication_state[name_length];
    char replication_sync_state[name_length];
};

struct Of4_3 {
    char host[long_host];
    int port;
    int status;
    char pg_status[name_length];
    std::time_t status_changed;
    double weight;
    double configured_weight;
    char data_directory[path_length];
    char application_name[name_length];
    unsigned short flag;
    unsigned char quarantine;
    std::uint64_t standby_delay;
    int role;
    char pg_role[name_length];
    char replication_state[name_length];
    char replication_sync_state[name_length];
};

struct Of4_4 {  // to 4.7
    char host[long_host];
    int port;
    int status;
    char pg_status[name_length];
    std::time_t status_changed;
    double weight;
    double configured_weight;
    char data_directory[path_length];
    char application_name[name_length];
    unsigned short flag;
    unsigned char quarantine;
    std::uint64_t standby_delay;
    unsigned char standby_delay_by_time;
    int role;
    char pg_role[name_length];
    char replication_state[name_length];
    char replication_sync_state[name_length];
};

template <typename Shape>
concept NamesRole = requires(Shape shape) {
    shape.pg_role;
};

// 4.3 and 4.4 have the same size: they are told apart by where the role is, and the word for PostgreSQL's behind it.
template <typename Shape>
bool fits(const Shape& shape) {
    if constexpr (NamesRole<Shape>)
        return shape.role >= 0 && shape.role <= 3 && shape.pg_role[0] >= 'a' && shape.pg_role[0] <= 'z';
    return true;
}

// Up to 4.2 the library leaves it as it was where pgpool does not send it. Only a watchdog has any node in quarantine,
// and a member of one is left alone.
template <typename Shape>
bool is_quarantined(const Shape& shape) {
    return NamesRole<Shape> && shape.quarantine != 0;
}

template <typename Shape>
std::optional<PcpNode> read_as(std::span<const std::byte> record) {
    Shape shape;
    if (record.size() != sizeof shape) return std::nullopt;
    std::memcpy(&shape, record.data(), sizeof shape);
    if (!fits(shape)) return std::nullopt;
    const auto length = static_cast<std::size_t>(std::ranges::find(shape.host, '\0') - shape.host);
    return PcpNode{{shape.host, length}, shape.port, shape.status, shape.role, is_quarantined(shape)};
}

template <typename... Shapes>
std::optional<PcpNode> read_as_any(std::span<const std::byte> record) {
    std::optional<PcpNode> node;
    static_cast<void>(((node = read_as<Shapes>(record)) || ...));
    return node;
}

}  // namespace

std::optional<PcpNode> read_backend_info(std::span<const std::byte> record) {
    return read_as_any<Of4_4, Of4_3, Of4_1<long_host>, Of4_1<short_host>, Of4_0<long_host>, Of4_0<short_host>>(record);
}

}  // namespace ra
