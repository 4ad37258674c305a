#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/namespace_holder.h"
#include "tests/support/pgpool.h"

namespace ra::test {

using Catch::Matchers::Contains;

TEST_CASE("ocf-tester passes the agent") {
    Pgpool pgpool;
    // The default of `log` must not be written on this machine.
    const auto mounts = NamespaceHolder::with_own_mounts();
    output_of(mounts.inside({"mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/var/log/postgresql"}));
    const auto agent = pgpool.directory().path() / "pgpool";
    std::filesystem::copy_file(AGENT_PROGRAM, agent);

    Words options{"-n", pgpool.environment["OCF_RESOURCE_INSTANCE"]};
    const auto add = [&](const std::string& name, const std::string& value) {
        options.insert(options.end(), {"-o", name + "=" + value});
    };
    SECTION("with the configuration alone") { add("config", pgpool.configuration()); }
    SECTION("with optional parameters too") {
        for (const auto* name : {"config", "pcp_config", "hba_config", "log"})
            add(name, pgpool.environment[std::string("OCF_RESKEY_") + name]);
        add("binary", PGPOOL_PROGRAM);
        add("user", PGPOOL_ACCOUNT);
        add("options", "-D");
        add("stop_mode", "immediate");
        add("backend_user", "postgres");
        add("backend_database", "postgres");
        add("log_level", "debug");
    }
    const auto ended =
        run(mounts.inside(Words{"ocf-tester", "-v"} + options + Words{agent}), {{"OCF_ROOT", "/usr/lib/ocf"}});
    INFO(ended.out << ended.err);
    CHECK(ended.exit_code == 0);
    CHECK_THAT(ended.out, Contains("passed all tests"));
    CHECK(pgpool.remains() == std::set<std::string>{});
}

}  // namespace ra::test
