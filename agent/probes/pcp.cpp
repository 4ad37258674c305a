#include "agent/probes/pcp.h"

#include <fmt/format.h>
#include <sys/types.h>

#include <csignal>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <type_traits>

#include "base/text.h"
#include "pgpool/pcp_node.h"

// libpcp's header is C, and leans on headers that pgpool does not install.
#define PGPOOL_ADM 1
#ifndef NAMEDATALEN
#define NAMEDATALEN 64
#endif
extern "C" {
using uint64 = uint64_t;
using int32 = int32_t;
#include <libpcp_ext.h>
}

namespace ra::probe {

namespace {

struct Disconnect {
    void operator()(PCPConnInfo* connection) const {
        ::pcp_disconnect(connection);
        ::pcp_free_connection(connection);
    }
};
using Connection = std::unique_ptr<PCPConnInfo, Disconnect>;

// From 4.3 on there is a third argument: a switchover, which sets the primary down and is never wanted.
template <typename Promote>
PCPResultInfo* promote(Promote call, PCPConnInfo* connection, int node) {
    if constexpr (std::is_invocable_v<Promote, PCPConnInfo*, int, bool>) {
        return call(connection, node, false);
    } else {
        return call(connection, node);
    }
}

Error failure(PCPConnInfo* connection, std::string_view what) {
    const char* words = ::pcp_get_last_error(connection);
    const auto said = words == nullptr ? std::string("no reason given") : one_line(words, 200);
    return {fmt::format("cannot {} by PCP: {}", what, said)};
}

Result<Connection> connect(const PcpAccess& access) {
    // libpcp takes its strings as char*, and changes none of them.
    auto host = access.host;
    auto user = access.user;
    auto password = access.password;
    Connection connection(
        ::pcp_connect(host.data(), access.port, user.data(), password.empty() ? nullptr : password.data(), nullptr));
    if (!connection) return Error{"cannot log in by PCP: out of memory"};
    if (::PCPConnectionStatus(connection.get()) != PCP_CONNECTION_OK) return failure(connection.get(), "log in");
    return connection;
}

// The answer belongs to the connection.
Status check(const Connection& connection, const PCPResultInfo* answer, std::string_view what) {
    if (answer != nullptr && ::PCPResultStatus(answer) == PCP_RES_COMMAND_OK) return Done{};
    return failure(connection.get(), what);
}

// A server of another version may answer with success and no data, or with data of another shape.
Result<std::optional<NodeInfo>> to_node_info(int id, const PCPResultInfo* answer) {
    const auto* info = static_cast<const BackendInfo*>(::pcp_get_binary_data(answer, 0));
    if (info == nullptr) return Error{fmt::format("cannot use what PCP says of node {}: no data", id)};
    return check_node(id, {info->backend_hostname, info->backend_port, static_cast<int>(info->backend_status),
                           static_cast<int>(info->role), info->quarantine != 0});
}

}  // namespace

Status ask_nodes(const PcpAccess& access, const std::function<void(const NodeInfo&)>& take) {
    const auto connection = connect(access);
    if (!connection) return connection.error();
    const auto* counted = ::pcp_node_count(connection->get());
    auto status = check(*connection, counted, "count the nodes");
    if (!status) return status;
    const int count = ::pcp_get_int_data(counted, 0);
    for (int id = 0; id < count; ++id) {
        ::pcp_free_result(connection->get());
        const auto* answer = ::pcp_node_info(connection->get(), id);
        status = check(*connection, answer, fmt::format("ask for node {}", id));
        if (!status) return status;
        const auto node = to_node_info(id, answer);
        if (!node) return node.error();
        if (*node) take(**node);
    }
    return Done{};
}

Status promote_node(const PcpAccess& access, int node) {
    const auto connection = connect(access);
    if (!connection) return connection.error();
    const auto* answer = promote(&::pcp_promote_node, connection->get(), node);
    return check(*connection, answer, fmt::format("promote node {}", node));
}

Status attach_node(const PcpAccess& access, int node) {
    const auto connection = connect(access);
    if (!connection) return connection.error();
    const auto* answer = ::pcp_attach_node(connection->get(), node);
    return check(*connection, answer, fmt::format("attach node {}", node));
}

}  // namespace ra::probe
