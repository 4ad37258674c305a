#include "decide/host.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "ocf/defaults.h"

namespace ra {

namespace {

class Judge {
 public:
    void needs_file(std::string_view name, const std::filesystem::path& path, const FileFacts& file,
                    std::string_view for_whom) {
        if (file.failure == ENOENT || file.failure == ENOTDIR)
            return add(ExitCode::not_installed, name, path, std::strerror(file.failure));
        if (file.is_directory) return add(ExitCode::invalid_argument, name, path, "it is a directory");
        if (file.failure == EACCES || file.failure == EPERM || file.failure == EROFS)
            return add(ExitCode::no_permission, name, path,
                       fmt::format("{} for {}", std::strerror(file.failure), for_whom));
        const bool is_path_at_fault = file.failure == ELOOP || file.failure == ENAMETOOLONG;
        if (file.failure != 0)
            return add(is_path_at_fault ? ExitCode::invalid_argument : ExitCode::generic_error, name, path,
                       std::strerror(file.failure));
        if (!file.is_regular) return add(ExitCode::invalid_argument, name, path, "it is not a regular file");
    }

    void needs_password_file(std::string_view name, const std::filesystem::path& path, const FileFacts& file) {
        if (path.empty()) return;
        needs_file(name, path, file, "root");
        if (file.is_regular && (file.mode & 0077) != 0)
            add(ExitCode::no_permission, name, path,
                fmt::format("mode {:04o} lets others read it (expected 0600)", file.mode));
    }

    void add(ExitCode code, std::string_view name, const std::filesystem::path& value, std::string_view what) {
        problems.push_back({code, fmt::format("parameter {} names '{}': {}", name, value.native(), what)});
    }

    std::vector<ParameterProblem> problems;
};

}  // namespace

std::vector<ParameterProblem> judge_host(const Parameters& parameters, const HostFacts& facts) {
    Judge judge;
    if (const auto* error = std::get_if<Error>(&facts.user)) {
        // A directory service that gives no answer has not said no.
        judge.add(error->number == ENOENT ? ExitCode::not_installed : ExitCode::generic_error, "user", parameters.user,
                  error->message);
    } else if (!facts.may_become_user) {
        judge.add(ExitCode::no_permission, "user", parameters.user, "only root can start pgpool as this user");
    }
    if (!facts.may_inspect_user)
        judge.problems.push_back(
            {ExitCode::no_permission,
             fmt::format("cannot look at processes of user '{}': the agent lacks the capability CAP_SYS_PTRACE",
                         parameters.user)});
    const auto as_user = fmt::format("user {}", parameters.user);
    judge.needs_file("binary", parameters.binary, facts.binary, as_user);
    judge.needs_file("config", parameters.config, facts.config, as_user);
    // pgpool itself does without these two; a path that somebody has given is meant to be used.
    if (facts.pcp_config.failure != ENOENT || parameters.pcp_config != defaults::pcp_config)
        judge.needs_file("pcp_config", parameters.pcp_config, facts.pcp_config, as_user);
    if (facts.hba_config.failure != ENOENT || parameters.hba_config != defaults::hba_config)
        judge.needs_file("hba_config", parameters.hba_config, facts.hba_config, as_user);
    judge.needs_file("log", parameters.log, facts.log, as_user);
    judge.needs_password_file("backend_passfile", parameters.backend_passfile, facts.backend_passfile);
    judge.needs_password_file("pcp_passfile", parameters.pcp_passfile, facts.pcp_passfile);
    return std::move(judge.problems);
}

std::vector<ParameterProblem> judge_pid_file(const std::filesystem::path& pid_file, const FileFacts& facts,
                                             const std::string& user) {
    if (facts.failure == 0) return {};
    const auto code = facts.failure == ENOENT ? ExitCode::not_installed : ExitCode::no_permission;
    return {{code, fmt::format("pid_file_name of pgpool.conf is '{}': {} for user {}", pid_file.native(),
                               std::strerror(facts.failure), user)}};
}

}  // namespace ra
