#include "pgpool/pgpool_conf.h"

#include "base/text.h"
#include "pgpool/settings.h"
#include "tests/fuzz/scratch_file.h"
#include "tests/fuzz/target.h"
#include "tests/support/pgpool_scanner.h"
#include "tests/support/temporary_directory.h"

namespace ra::fuzz {

namespace {

// The other reader takes time that grows with the square of the size.
bool can_be_scanned(std::string_view input) {
    constexpr std::size_t limit = 400;
    return input.size() <= limit && input.find('\0') == std::string_view::npos &&
           input.find("include") == std::string_view::npos;
}

void check_beside_pgpools_rules(const std::string& content, const Result<PgpoolConf>& conf) {
    const auto expected = test::values_as_scanned(content);
    demand(expected.has_value() == conf.ok(), "what pgpool takes is taken, and nothing else");
    if (!expected) return;
    for (const auto& word : test::words_as_scanned(content)) {
        const auto value = expected->find(word);
        const auto* found = conf->find(word);
        demand(value == expected->end() ? found == nullptr : found != nullptr && *found == value->second,
               "a key has the value that pgpool gives it");
    }
}

void check_settings(const PgpoolSettings& settings) {
    if (settings.endpoints) {
        demand(settings.endpoints->port >= 1024 && settings.endpoints->pcp_port >= 1024, "a port is one of pgpool's");
        for (const auto& address : settings.endpoints->listen_addresses)
            demand(!address.empty() && trim(address) == address, "an address is no blank");
    } else {
        const auto& message = settings.endpoints.error().message;
        demand(message.find("port '") != std::string::npos, "only a port can be wrong");
        demand(one_line(message, message.size()) == message, "a refusal is one line");
    }
    int last = -1;
    for (const auto& backend : settings.backends) {
        demand(backend.id > last && backend.id < 128, "each number is of one backend");
        demand(backend.port > 0, "a backend has a port");
        last = backend.id;
    }
    demand(settings.search_primary_node_timeout.count() >= 0, "a time is not below zero");
    demand(settings.status_file.empty() || settings.status_file.is_absolute(), "a status file has a place, or none");
}

}  // namespace

void check(std::string_view input) {
    static const TemporaryDirectory directory;
    const auto file = directory.path() / "pgpool.conf";
    write_file(file, input);
    const auto conf = PgpoolConf::read(file);
    if (can_be_scanned(input)) check_beside_pgpools_rules(std::string(input), conf);
    if (conf) {
        check_settings(read_settings(*conf));
    } else {
        demand(conf.error().message.starts_with("cannot read '"), "a refusal names the file");
    }
}

}  // namespace ra::fuzz
