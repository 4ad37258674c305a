#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "ocf/environment.h"
#include "ocf/exit_code.h"
#include "ocf/log.h"

namespace ra {

// How pgpool treats its clients when it is stopped: `pgpool stop -m`.
enum class StopMode { smart, fast, immediate };

// What a pgpool does whose history was overtaken while the resource is active elsewhere too.
enum class OnSplitBrain { yield, report };

// Further options of the pgpool command.
struct PgpoolOptions {
    std::vector<std::string> words;  // without -D
    bool discards_status = false;    // -D: pgpool_status counts for nothing
};

// How a standby of this site becomes the primary when the primary's site is lost.
enum class TakeoverBy {
    nobody,            // pgpool finds out by its own health check
    failover_command,  // pgpool's own
    pg_promote,        // the function of PostgreSQL, from 12 on
};

// The parameters of a resource, as values of their own types.
struct Parameters {
    std::filesystem::path binary;
    std::filesystem::path config;
    std::filesystem::path pcp_config;
    std::filesystem::path hba_config;
    std::string user;
    PgpoolOptions options;
    std::filesystem::path log;
    StopMode stop_mode = StopMode::fast;
    std::string backend_user;
    std::string backend_database;
    std::filesystem::path backend_passfile;
    std::map<std::string, std::string> backend_options;  // further connection parameters of libpq
    std::string pcp_user;
    std::filesystem::path pcp_passfile;
    bool align = true;
    bool run_follow_primary = false;
    std::chrono::seconds promote_wait{0};
    TakeoverBy takeover = TakeoverBy::nobody;
    std::chrono::seconds takeover_delay{0};
    std::string isolation_attribute;  // empty: isolation is not looked for
    int isolation_below = 1;
    std::chrono::seconds isolation_grace{0};
    std::map<std::string, std::set<int>> site_backends;  // by node of the cluster; empty: those on its host
    OnSplitBrain on_split_brain = OnSplitBrain::yield;
    std::vector<std::string> yield_with;
    bool unblock = true;
    LogLevel log_level = LogLevel::info;
};

enum class ParameterType { string, boolean };

// What a parameter is to Pacemaker. The metadata is checked against this list.
struct ParameterDeclaration {
    std::string_view name;
    ParameterType type;
    std::string_view default_value;
    bool reloadable;                // a change needs no restart of pgpool
    std::string_view unique_group;  // two resources must not share the value; empty: they may
};

[[nodiscard]] std::span<const ParameterDeclaration> declared_parameters();

// A parameter that cannot be used: which one, what it says, and which code that is.
struct ParameterProblem {
    ExitCode code;
    std::string message;
};

// The first, as an answer; there must be one.
[[nodiscard]] Outcome first_of(const std::vector<ParameterProblem>& problems);

// What the environment says. One that cannot be used is listed in `problems` and has its default, because stop and a
// probe must work with what is left; a path then is empty, because the default would name another pgpool's files.
struct ParsedParameters {
    Parameters values;
    std::vector<ParameterProblem> problems;
};

[[nodiscard]] ParsedParameters parse_parameters(const Environment& environment);

}  // namespace ra
