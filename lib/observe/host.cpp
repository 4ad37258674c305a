#include "observe/host.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "os/user.h"

namespace ra {

namespace {

constexpr Milliseconds patience_with_directory_service{5000};

FileFacts inspect(const std::filesystem::path& path, int access) {
    FileFacts facts;
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) {
        facts.failure = errno;
        return facts;
    }
    facts.is_directory = S_ISDIR(about.st_mode);
    facts.is_regular = S_ISREG(about.st_mode);
    facts.mode = about.st_mode & 07777;
    if (::faccessat(AT_FDCWD, path.c_str(), access, AT_EACCESS) != 0) facts.failure = errno;
    return facts;
}

// A file of pgpool that a start makes, with its directory where that is missing.
FileFacts inspect_file_to_be(const std::filesystem::path& path) {
    auto facts = inspect(path, W_OK);
    if (facts.failure != ENOENT) return facts;
    facts = inspect(path.parent_path(), W_OK | X_OK);
    if (facts.failure == ENOENT) facts = inspect(path.parent_path().parent_path(), X_OK);
    facts.is_regular = facts.is_directory;  // it will be, once pgpool has been started
    facts.is_directory = false;
    return facts;
}

}  // namespace

HostFacts look_at_host(const Parameters& parameters, Deadline deadline) {
    HostFacts facts;
    auto user = find_user(parameters.user, deadline.but_within(patience_with_directory_service));
    std::optional<ActingAs> acting;
    if (user) {
        facts.may_become_user = ::geteuid() == 0 || ::geteuid() == user->uid;
        facts.may_inspect_user = !facts.may_become_user || may_inspect_processes_of(user->uid);
        acting.emplace(*user);
        facts.user = *user;
    } else {
        facts.user = user.error();
    }
    facts.binary = inspect(parameters.binary, X_OK);
    facts.config = inspect(parameters.config, R_OK);
    facts.pcp_config = inspect(parameters.pcp_config, R_OK);
    facts.hba_config = inspect(parameters.hba_config, R_OK);
    facts.log = inspect_file_to_be(parameters.log);
    acting.reset();
    // The agent's own files: libpq and libpcp read them as root.
    if (!parameters.backend_passfile.empty()) facts.backend_passfile = inspect(parameters.backend_passfile, R_OK);
    if (!parameters.pcp_passfile.empty()) facts.pcp_passfile = inspect(parameters.pcp_passfile, R_OK);
    return facts;
}

FileFacts look_at_pid_file(const std::filesystem::path& pid_file, const SystemUser& user) {
    const ActingAs acting(user);
    return inspect_file_to_be(pid_file);
}

}  // namespace ra
