#include <fmt/format.h>

#include <random>
#include <vector>

#include "pgpool/pgpool_conf.h"
#include "tests/support/catch.h"
#include "tests/support/pgpool_scanner.h"
#include "tests/support/temporary_directory.h"

namespace ra {

namespace {

// Where the two differ; empty if they do not.
std::string difference(const std::string& content, const Result<PgpoolConf>& conf) {
    const auto expected = test::values_as_scanned(content);
    if (expected.has_value() != conf.ok())
        return expected ? "refused, but pgpool takes it: " + conf.error().message : "taken, but pgpool refuses it";
    if (!expected) return {};
    for (const auto& word : test::words_as_scanned(content)) {
        const auto value = expected->find(word);
        const auto* found = conf->find(word);
        if (value == expected->end() ? found != nullptr : found == nullptr || *found != value->second)
            return fmt::format("'{}' is '{}'", word, found == nullptr ? "not set" : *found);
    }
    return {};
}

class Writer {
 public:
    explicit Writer(unsigned seed) : random_(seed) {}

    // Half of its lines are well-formed, for otherwise nearly every file would be refused at its beginning.
    std::string content() {
        std::string text;
        for (auto lines = number(5); lines-- > 0;) {
            if (number(2) == 0) {
                text += fmt::format("{}{}{}{}", piece(keys), piece(joints), piece(values), piece(ends));
            } else {
                for (auto count = number(6); count-- > 0;) text += number(2) == 0 ? piece(values) : piece(odd);
            }
        }
        return text;
    }

 private:
    using Pieces = std::vector<std::string>;

    std::size_t number(std::size_t limit) { return random_() % limit; }
    const std::string& piece(const Pieces& pieces) { return pieces[number(pieces.size())]; }

    inline static const Pieces keys{"port", "key", "a", "_b", "ü", "K2"};
    inline static const Pieces joints{"=", " = ", " ", "\t=\r", "= #", "=\n", ""};
    inline static const Pieces values{"on",   "'x'",     "''",  "'it\\'s'", "'a # b'", "'\\",   "1",     "-1",
                                      "+",    "0x1F",    "0x",  "10s",      ".5e-3",   "1.5E+", "1.e5x", ".",
                                      "a.b",  "a-b:c/d", "*",   "$",        "#",       "'open", "ü.",    "\xff",
                                      "\x80", "9999kB",  "\\'", "\x01",     "E5"};
    inline static const Pieces ends{"\n", "\r\n", " # comment\n", "#\n", "#", "# no end", "", " ", "\n\n"};
    inline static const Pieces odd{"=", "'", "\\", "#", "\n", " ", "\t", "-", "port", "key", "{", "\"", "0", "x", ";"};

    std::mt19937 random_;
};

TEST_CASE("random files mean to the agent what they mean to pgpool") {
    const TemporaryDirectory directory;
    const auto seed = Catch::rngSeed();
    Writer writer(seed);
    int taken = 0;
    constexpr int files = 2000;
    for (int i = 0; i < files; ++i) {
        const auto content = writer.content();
        const auto conf = PgpoolConf::read(directory.write("pgpool.conf", content));
        const auto differs = difference(content, conf);
        if (conf) ++taken;
        if (!differs.empty())
            FAIL_CHECK("file " << i << " of --rng-seed " << seed << ": " << differs << "\n>>>" << content << "<<<");
    }
    CHECK(taken > files / 10);
    CHECK(taken < files);
}

}  // namespace

}  // namespace ra
