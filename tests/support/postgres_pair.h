#pragma once

#include <cstdint>
#include <optional>

#include "tests/support/program.h"
#include "tests/support/servers_directory.h"

namespace ra::test {

// A primary of PostgreSQL and its streaming standby on 127.0.0.1, made when the first test needs them and shared by
// all tests of a run. Everybody is trusted, but for the user `guarded`, whose password is `right`, and the user
// `refused`, whom pg_hba.conf rejects. Both end with this process, however it ends.
class PostgresPair {
 public:
    static const PostgresPair& shared();

    [[nodiscard]] std::uint16_t primary_port() const { return primary_port_; }
    [[nodiscard]] std::uint16_t standby_port() const { return standby_port_; }
    // The process that takes new sessions.
    [[nodiscard]] pid_t primary_postmaster() const { return primary_->pid(); }

 private:
    PostgresPair();
    ~PostgresPair();
    [[nodiscard]] Program launch(const std::string& data, std::uint16_t port) const;

    ServersDirectory directory_;
    std::uint16_t primary_port_;
    std::uint16_t standby_port_;
    std::optional<Program> primary_;
    std::optional<Program> standby_;
};

}  // namespace ra::test
