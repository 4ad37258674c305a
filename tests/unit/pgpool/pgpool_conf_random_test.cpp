#include <fmt/format.h>
#include <regex.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <vector>

#include "pgpool/pgpool_conf.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_directory.h"

// The parser beside another one, which is nothing but the rules of pgpool's scanner (src/config/pool_config.l) as
// regular expressions: like flex, POSIX takes the longest match, and the first of equally long rules wins.

namespace ra {

namespace {

enum class Kind { skipped, end_of_line, key, quoted, value, equals, odd, end_of_file };

struct Rule {
    const char* pattern;
    Kind kind;
    std::size_t not_consumed = 0;  // the trailing context
};

constexpr std::array rules{
    Rule{"\n", Kind::end_of_line},
    Rule{"[ \t\r]+", Kind::skipped},
    Rule{"#[^\n]*\n", Kind::skipped, 1},
    Rule{"[A-Za-z_\x80-\xff][A-Za-z_0-9\x80-\xff]*", Kind::key},
    Rule{"'([^'\n]|\\\\[^\n])*'", Kind::quoted},
    Rule{"[A-Za-z_\x80-\xff]([A-Za-z_0-9\x80-\xff]|[-._:/])*", Kind::value},
    Rule{"[-+]?([0-9]+|0x[0-9a-fA-F]+)[a-zA-Z]*", Kind::value},
    Rule{"[-+]?[0-9]*[.][0-9]*([Ee][-+]?[0-9]+)?", Kind::value},
    Rule{"=", Kind::equals},
    Rule{"[^\n]", Kind::odd},
};

class Pattern {
 public:
    explicit Pattern(const char* pattern) {
        if (::regcomp(&compiled_, (std::string("^(") + pattern + ")").c_str(), REG_EXTENDED) != 0)
            throw std::invalid_argument(pattern);
    }
    ~Pattern() { ::regfree(&compiled_); }
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    [[nodiscard]] std::size_t length(const char* text) const {
        regmatch_t match{};
        return ::regexec(&compiled_, text, 1, &match, 0) == 0 ? static_cast<std::size_t>(match.rm_eo) : 0;
    }

 private:
    regex_t compiled_{};
};

class Scanner {
 public:
    struct Token {
        Kind kind;
        std::string text;
    };

    explicit Scanner(const std::string& content) : rest_(content.c_str()) {}

    Token next() {
        while (*rest_ != '\0') {
            const auto [length, rule] = longest();
            const std::string text(rest_, length - rule->not_consumed);
            rest_ += text.size();
            if (rule->kind != Kind::skipped) return {rule->kind, text};
        }
        return {Kind::end_of_file, ""};
    }

 private:
    [[nodiscard]] std::pair<std::size_t, const Rule*> longest() const {
        static const auto patterns = [] {
            std::vector<std::unique_ptr<Pattern>> made;
            for (const auto& rule : rules) made.push_back(std::make_unique<Pattern>(rule.pattern));
            return made;
        }();
        std::pair<std::size_t, const Rule*> found{0, nullptr};
        for (std::size_t i = 0; i < rules.size(); ++i)
            if (const auto length = patterns[i]->length(rest_); length > found.first) found = {length, &rules[i]};
        return found;
    }

    const char* rest_;
};

using Values = std::map<std::string, std::string>;

// Nothing for a file that pgpool refuses.
std::optional<Values> expected_values(const std::string& content) {
    Values values;
    Scanner scanner(content);
    for (;;) {
        const auto key = scanner.next();
        if (key.kind == Kind::end_of_file) return values;
        if (key.kind == Kind::end_of_line) continue;
        if (key.kind != Kind::key) return std::nullopt;
        auto value = scanner.next();
        if (value.kind == Kind::equals) value = scanner.next();
        values[key.text] = value.kind == Kind::quoted ? value.text.substr(1, value.text.size() - 2) : value.text;
    }
}

// Every word in it that could be a key.
std::set<std::string> words_in(const std::string& content) {
    std::set<std::string> words;
    Scanner scanner(content);
    for (auto token = scanner.next(); token.kind != Kind::end_of_file; token = scanner.next())
        if (token.kind == Kind::key) words.insert(token.text);
    return words;
}

// Where the two differ; empty if they do not.
std::string difference(const std::string& content, const Result<PgpoolConf>& conf) {
    const auto expected = expected_values(content);
    if (expected.has_value() != conf.ok())
        return expected ? "refused, but pgpool takes it: " + conf.error().message : "taken, but pgpool refuses it";
    if (!expected) return {};
    for (const auto& word : words_in(content)) {
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
