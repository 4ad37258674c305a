#include "tests/support/pgpool_scanner.h"

#include <regex.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ra::test {

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

}  // namespace

std::optional<std::map<std::string, std::string>> values_as_scanned(const std::string& content) {
    std::map<std::string, std::string> values;
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

std::set<std::string> words_as_scanned(const std::string& content) {
    std::set<std::string> words;
    Scanner scanner(content);
    for (auto token = scanner.next(); token.kind != Kind::end_of_file; token = scanner.next())
        if (token.kind == Kind::key) words.insert(token.text);
    return words;
}

}  // namespace ra::test
