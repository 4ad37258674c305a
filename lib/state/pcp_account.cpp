#include "state/pcp_account.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/files.h"
#include "base/text.h"
#include "ocf/defaults.h"
#include "os/subprocess.h"
#include "pgpool/probe_protocol.h"
#include "state/record_file.h"

namespace ra {

namespace {

constexpr std::size_t account_limit = std::size_t{1} << 20;
constexpr std::string_view account_name = "ocf_pgpool_agent";

// "password md5", as pgpool-ask-postgres prints it.
struct Secret {
    std::string password;
    std::string md5;
};

std::optional<Secret> parse_secret(std::string_view text) {
    constexpr std::string_view hex_digits = "0123456789abcdef";
    const auto words = split_words(text);
    if (words.size() != 2 || words[1].size() != 32) return std::nullopt;
    if (words[1].find_first_not_of(hex_digits) != std::string_view::npos) return std::nullopt;
    return Secret{std::string(words[0]), std::string(words[1])};
}

Result<Secret> make_secret(Deadline deadline) {
    const auto output = run_program({std::filesystem::path(defaults::ask_postgres_program), {"secret"}, {}}, deadline);
    if (!output) return output.error();
    if (const auto secret = output->succeeded() ? parse_secret(output->text) : std::nullopt) return *secret;
    if (output->ending.exit_status == probe::refused) return Error{one_line(output->text, 200), ENOTSUP};
    return Error{fmt::format("cannot make a password for PCP: {} ended with {}", defaults::ask_postgres_program,
                             output->ending.text())};
}

// A directory that pgpool's user can pass through and nobody but root can change.
Result<UniqueFd> open_existing_shared_directory(const std::filesystem::path& path) {
    UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory) return system_error("open the directory", path.native(), errno);
    struct stat about {};
    if (::fstat(directory.get(), &about) != 0) return system_error("open the directory", path.native(), errno);
    if (about.st_uid != ::geteuid() || (about.st_mode & 0022) != 0)
        return Error{fmt::format("cannot use the directory '{}': others may write to it", path.native()), EPERM};
    return directory;
}

// The same, made when missing.
Result<UniqueFd> open_shared_directory(const std::filesystem::path& path) {
    if (::mkdir(path.c_str(), 0711) != 0 && errno != EEXIST)
        return system_error("create the directory", path.native(), errno);
    return open_existing_shared_directory(path);
}

Error account_not_kept(const std::filesystem::path& directory, const Error& seen) {
    return {fmt::format("cannot keep the account for PCP in '{}': {}", directory.native(), seen.message), seen.number};
}

}  // namespace

Status try_to_make_account(Deadline deadline) {
    const auto secret = make_secret(deadline);
    if (!secret) return secret.error();
    return Done{};
}

PcpAccountFiles::PcpAccountFiles(const std::filesystem::path& state_directory, const std::string& instance)
    : state_directory_(state_directory),
      secret_name_(state_file_name(instance) + ".pcp"),
      pcp_config_(std::filesystem::path(state_directory.native() + "-pcp") / (state_file_name(instance) + ".conf")) {}

Status PcpAccountFiles::refresh(const std::filesystem::path& users_pcp_config, const SystemUser& user,
                                Deadline deadline) const {
    const auto state = open_private_directory(state_directory_);
    if (!state) return state.error();
    const auto known = read_file(state_directory_ / secret_name_, account_limit);
    auto secret = known ? parse_secret(*known) : std::nullopt;
    if (!secret) {
        auto made = make_secret(deadline);
        if (!made) return made.error();
        secret = std::move(*made);
        const auto kept = replace_file(*state, secret_name_, fmt::format("{} {}\n", secret->password, secret->md5));
        if (!kept) return account_not_kept(state_directory_, kept.error());
    }
    auto accounts = read_file(users_pcp_config, account_limit);
    if (!accounts && accounts.error().number != ENOENT) return accounts.error();
    const auto content = fmt::format("{}\n{}:{}\n", accounts.value_or(""), account_name, secret->md5);
    if (const auto current = read_file(pcp_config_, account_limit); current && *current == content) return Done{};
    const auto directory = open_shared_directory(pcp_config_.parent_path());
    if (!directory) return directory.error();
    const auto kept = replace_file(*directory, pcp_config_.filename(), content, {0640, user.gid});
    if (!kept) return account_not_kept(pcp_config_.parent_path(), kept.error());
    return Done{};
}

Result<PcpAccount> PcpAccountFiles::account() const {
    const auto text = read_file(state_directory_ / secret_name_, account_limit);
    if (!text) return text.error();
    const auto secret = parse_secret(*text);
    if (!secret) return Error{fmt::format("cannot use '{}'", (state_directory_ / secret_name_).native()), EINVAL};
    return PcpAccount{std::string(account_name), secret->password};
}

void PcpAccountFiles::remove() const {
    if (const auto shared = open_existing_shared_directory(pcp_config_.parent_path()))
        ::unlinkat(shared->get(), pcp_config_.filename().c_str(), 0);
    if (const auto state = open_existing_private_directory(state_directory_))
        ::unlinkat(state->get(), secret_name_.c_str(), 0);
}

}  // namespace ra
