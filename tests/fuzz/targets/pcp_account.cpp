// The administrator's pcp.conf, behind a first line that is the agent's own secret.

#include "state/pcp_account.h"

#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "tests/fuzz/scratch_file.h"
#include "tests/fuzz/target.h"
#include "tests/support/temporary_directory.h"

namespace ra::fuzz {

namespace {

struct Files : TemporaryDirectory {
    Files() {
        std::filesystem::create_directory(path() / "state");
        std::filesystem::permissions(path() / "state", std::filesystem::perms::owner_all);
    }

    const PcpAccountFiles account{path() / "state", "pool"};
    const std::filesystem::path secret = path() / "state/pool.pcp";
    const std::filesystem::path users = path() / "pcp.conf";
};

void check_pcp_config(const Files& files, std::string_view users, const PcpAccount& account) {
    SystemUser user;
    user.gid = ::getegid();
    demand(files.account.refresh(files.users, user, Deadline::in(std::chrono::seconds(1))).ok(),
           "with a secret that can be used nothing is missing");
    const auto content = read_file(files.account.pcp_config(), std::size_t{1} << 20U);
    demand(content && content->starts_with(users), "the administrator's accounts are as they were");
    const auto added = std::string_view(*content).substr(users.size());
    demand(added.starts_with("\n" + account.user + ":") && added.ends_with('\n'), "one account is added");
    demand(added.find('\n', 1) + 1 == added.size(), "it is one line");
    demand(split(trim(added), ':').size() == 2, "it has a name and an md5");
}

}  // namespace

void check(std::string_view input) {
    static const Files files;
    const auto [secret, users] = cut_first_line(input);
    write_file(files.secret, secret);
    write_file(files.users, users);
    if (const auto account = files.account.account()) check_pcp_config(files, users, *account);
}

}  // namespace ra::fuzz
