#include "agent/probes/pcp.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>

#include "base/text.h"
#include "pgpool/backend_info.h"
#include "pgpool/node_statistics.h"
#include "pgpool/pcp_node.h"

namespace ra::probe {

namespace {

constexpr int connection_ok = 0;  // PCP_CONNECTION_OK
constexpr int command_ok = 0;     // PCP_RES_COMMAND_OK

// libpcp's own, of which nothing but the functions below knows the inside.
struct ConnectionInfo;
struct ResultInfo;

// The functions of libpcp_ext.h, as all releases from 4.0 to 4.7 have them. Only pcp_promote_node has got a third
// argument in 4.3, a switchover that sets the primary down and is never wanted; older ones do not look at it.
struct Functions {
    ConnectionInfo* (*pcp_connect)(char* host, int port, char* user, char* password, std::FILE* debug);
    int (*PCPConnectionStatus)(const ConnectionInfo*);
    char* (*pcp_get_last_error)(ConnectionInfo*);
    void (*pcp_disconnect)(ConnectionInfo*);
    void (*pcp_free_connection)(ConnectionInfo*);
    ResultInfo* (*pcp_node_count)(ConnectionInfo*);
    ResultInfo* (*pcp_node_info)(ConnectionInfo*, int node);
    ResultInfo* (*pcp_attach_node)(ConnectionInfo*, int node);
    ResultInfo* (*pcp_detach_node)(ConnectionInfo*, int node);
    ResultInfo* (*pcp_promote_node)(ConnectionInfo*, int node, bool switchover);
    ResultInfo* (*pcp_health_check_stats)(ConnectionInfo*, int node);  // null before 4.2
    int (*PCPResultStatus)(const ResultInfo*);
    int (*pcp_get_int_data)(const ResultInfo*, unsigned slot);
    void* (*pcp_get_binary_data)(const ResultInfo*, unsigned slot);
    int (*pcp_get_data_length)(const ResultInfo*, unsigned slot);
    void (*pcp_free_result)(ConnectionInfo*);
};

struct Library {
    std::string name;
    Functions pcp{};
};

template <typename Function>
bool find(void* handle, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(handle, name));
    return function != nullptr;
}

bool find_all(void* handle, Functions& pcp) {
    static_cast<void>(find(handle, "pcp_health_check_stats", pcp.pcp_health_check_stats));
    return find(handle, "pcp_connect", pcp.pcp_connect) &&
           find(handle, "PCPConnectionStatus", pcp.PCPConnectionStatus) &&
           find(handle, "pcp_get_last_error", pcp.pcp_get_last_error) &&
           find(handle, "pcp_disconnect", pcp.pcp_disconnect) &&
           find(handle, "pcp_free_connection", pcp.pcp_free_connection) &&
           find(handle, "pcp_node_count", pcp.pcp_node_count) && find(handle, "pcp_node_info", pcp.pcp_node_info) &&
           find(handle, "pcp_attach_node", pcp.pcp_attach_node) &&
           find(handle, "pcp_detach_node", pcp.pcp_detach_node) &&
           find(handle, "pcp_promote_node", pcp.pcp_promote_node) &&
           find(handle, "PCPResultStatus", pcp.PCPResultStatus) &&
           find(handle, "pcp_get_int_data", pcp.pcp_get_int_data) &&
           find(handle, "pcp_get_binary_data", pcp.pcp_get_binary_data) &&
           find(handle, "pcp_get_data_length", pcp.pcp_get_data_length) &&
           find(handle, "pcp_free_result", pcp.pcp_free_result);
}

// Never unloaded: the program ends soon.
Result<Library> load(const std::string& name) {
    void* handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return Error{one_line(::dlerror(), 200), ELIBACC};
    Library library{name};
    if (!find_all(handle, library.pcp)) return Error{fmt::format("{} is not pgpool's", name), ELIBACC};
    return library;
}

// The first that can be used among `names`, which then begins after it.
Result<Library> load_next(LibraryNames& names) {
    const auto all = names;
    std::string others;
    while (!names.empty()) {
        auto library = load(names.front());
        names = names.subspan(1);
        if (library) return library;
        if (library.error().message.find("No such file or directory") == std::string::npos)
            others += fmt::format("; {}", library.error().message);
    }
    return Error{
        fmt::format("cannot find pgpool's libpcp, which asks for its nodes: no {}{}", fmt::join(all, ", "), others),
        ELIBACC};
}

// A login with one library.
class Session {
 public:
    static Result<Session> begin(const Library& library, const PcpAccess& access) {
        // libpcp takes its strings as char*, and changes none of them.
        auto host = access.host;
        auto user = access.user;
        auto password = access.password;
        Session session(library, library.pcp.pcp_connect(host.data(), access.port, user.data(),
                                                         password.empty() ? nullptr : password.data(), nullptr));
        if (!session.connection_) return Error{"cannot log in by PCP: out of memory"};
        if (library.pcp.PCPConnectionStatus(session.connection_.get()) != connection_ok)
            return session.failure("log in");
        return session;
    }

    [[nodiscard]] Result<int> count_nodes() const {
        const auto* counted = pcp_->pcp_node_count(connection_.get());
        const auto status = check(counted, "count the nodes");
        if (!status) return status.error();
        return pcp_->pcp_get_int_data(counted, 0);
    }

    [[nodiscard]] Result<std::optional<NodeInfo>> node(int id) const {
        pcp_->pcp_free_result(connection_.get());
        const auto* answer = pcp_->pcp_node_info(connection_.get(), id);
        const auto status = check(answer, fmt::format("ask for node {}", id));
        if (!status) return status.error();
        const auto record = record_in(answer);
        const auto said = read_backend_info(record);
        if (!said) return misfit(fmt::format("an answer of {} bytes about node {}", record.size(), id));
        return check_node(id, *said);
    }

    [[nodiscard]] bool can_ask_for_statistics() const { return pcp_->pcp_health_check_stats != nullptr; }

    // pgpool does not ask the backend. Nothing where it does not tell, or not so; the session may be of no more use
    // then.
    [[nodiscard]] std::optional<NodeInfo> node_by_statistics(int id) const {
        pcp_->pcp_free_result(connection_.get());
        const auto* answer = pcp_->pcp_health_check_stats(connection_.get(), id);
        if (!check(answer, "ask for statistics")) return {};
        const auto said = read_node_statistics(id, record_in(answer));
        if (!said) return {};
        return check_node(id, *said).value_or(std::nullopt);
    }

    [[nodiscard]] Status promote(int node) const {
        return check(pcp_->pcp_promote_node(connection_.get(), node, false), fmt::format("promote node {}", node));
    }

    [[nodiscard]] Status attach(int node) const {
        return check(pcp_->pcp_attach_node(connection_.get(), node), fmt::format("attach node {}", node));
    }

    [[nodiscard]] Status detach(int node) const {
        return check(pcp_->pcp_detach_node(connection_.get(), node), fmt::format("detach node {}", node));
    }

 private:
    struct Disconnect {
        const Functions* pcp;
        void operator()(ConnectionInfo* connection) const {
            pcp->pcp_disconnect(connection);
            pcp->pcp_free_connection(connection);
        }
    };

    Session(const Library& library, ConnectionInfo* connection)
        : pcp_(&library.pcp), library_(library.name), connection_(connection, Disconnect{&library.pcp}) {}

    [[nodiscard]] Error failure(std::string_view what) const {
        const char* words = pcp_->pcp_get_last_error(connection_.get());
        const auto said = words == nullptr ? std::string("no reason given") : one_line(words, 200);
        // An answer that begins as those of 4.3 and later do, to a library of before.
        if (said.find("\"ArraySize\"") != std::string::npos) return misfit(said);
        return {fmt::format("cannot {} by PCP: {}", what, said)};
    }

    // The answer belongs to the connection.
    [[nodiscard]] Status check(const ResultInfo* answer, std::string_view what) const {
        if (answer != nullptr && pcp_->PCPResultStatus(answer) == command_ok) return Done{};
        return failure(what);
    }

    [[nodiscard]] std::span<const std::byte> record_in(const ResultInfo* answer) const {
        const auto* record = static_cast<const std::byte*>(pcp_->pcp_get_binary_data(answer, 0));
        if (record == nullptr) return {};
        return {record, static_cast<std::size_t>(std::max(0, pcp_->pcp_get_data_length(answer, 0)))};
    }

    [[nodiscard]] Error misfit(std::string_view seen) const {
        return {fmt::format("cannot use what PCP says: {} is not of the release of this pgpool: {}", library_, seen),
                EPROTO};
    }

    const Functions* pcp_;
    std::string library_;
    std::unique_ptr<ConnectionInfo, Disconnect> connection_;
};

Status ask_nodes_with(const Library& library, const PcpAccess& access, std::span<const int> silent_nodes,
                      const std::function<void(const NodeInfo&)>& take) {
    auto session = Session::begin(library, access);
    if (!session) return session.error();
    const auto count = session->count_nodes();
    if (!count) return count.error();
    for (int id = 0; id < *count; ++id) {
        const bool is_silent = std::ranges::find(silent_nodes, id) != silent_nodes.end();
        if (is_silent && session->can_ask_for_statistics()) {
            if (const auto node = session->node_by_statistics(id)) {
                take(*node);
                continue;
            }
            session = Session::begin(library, access);
            if (!session) return session.error();
        }
        const auto node = session->node(id);
        if (!node) return node.error();
        if (*node) take(**node);
    }
    return Done{};
}

Status with_session(LibraryNames names, const PcpAccess& access, const std::function<Status(const Session&)>& act) {
    const auto library = load_next(names);
    if (!library) return library.error();
    const auto session = Session::begin(*library, access);
    if (!session) return session.error();
    return act(*session);
}

}  // namespace

bool is_for_want_of_a_library(const Error& error) { return error.number == ELIBACC || error.number == EPROTO; }

Result<std::string> find_library(LibraryNames names) {
    const auto library = load_next(names);
    if (!library) return library.error();
    return library->name;
}

Status ask_nodes(LibraryNames names, const PcpAccess& access, std::span<const int> silent_nodes,
                 const std::function<void(const NodeInfo&)>& take) {
    std::optional<Error> misfit;
    for (;;) {
        const auto library = load_next(names);
        if (!library) return misfit.value_or(library.error());
        const auto asked = ask_nodes_with(*library, access, silent_nodes, take);
        if (asked || asked.error().number != EPROTO) return asked;
        if (!misfit) misfit = asked.error();
    }
}

Status promote_node(LibraryNames names, const PcpAccess& access, int node) {
    return with_session(names, access, [node](const Session& session) { return session.promote(node); });
}

Status attach_node(LibraryNames names, const PcpAccess& access, int node) {
    return with_session(names, access, [node](const Session& session) { return session.attach(node); });
}

Status detach_node(LibraryNames names, const PcpAccess& access, int node) {
    return with_session(names, access, [node](const Session& session) { return session.detach(node); });
}

}  // namespace ra::probe
