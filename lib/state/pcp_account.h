#pragma once

#include <filesystem>
#include <string>

#include "base/deadline.h"
#include "base/result.h"
#include "os/user.h"

namespace ra {

struct PcpAccount {
    std::string user;
    std::string password;
};

// Whether this host can make one: pgpool wants an md5 of its password, which OpenSSL refuses in FIPS mode. That is an
// error with number ENOTSUP. Keeps nothing.
[[nodiscard]] Status try_to_make_account(Deadline deadline);

// The agent's own PCP account, so that nothing has to be configured. pgpool is started with a pcp.conf of the agent's:
// the accounts of the administrator's file, and one more with a random password. Whoever can read that file can log in
// with what it says, so that only root and pgpool's user can; the password itself is in a file that only root can read.
// PCP reads the file at each login.
class PcpAccountFiles {
 public:
    PcpAccountFiles(const std::filesystem::path& state_directory, const std::string& instance);

    // The file for `pgpool -F`. Its name is known before it is written.
    [[nodiscard]] const std::filesystem::path& pcp_config() const { return pcp_config_; }

    // Makes both files, or brings pcp_config() up to date with `users_pcp_config` (which may be missing).
    // An error with number ENOTSUP: this host can make none.
    [[nodiscard]] Status refresh(const std::filesystem::path& users_pcp_config, const SystemUser& user,
                                 Deadline deadline) const;

    [[nodiscard]] Result<PcpAccount> account() const;

    // A missing file is no error.
    void remove() const;

 private:
    std::filesystem::path state_directory_;
    std::string secret_name_;
    std::filesystem::path pcp_config_;
};

}  // namespace ra
