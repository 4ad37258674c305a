#include "pgpool/pgpool_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "base/files.h"
#include "base/text.h"

namespace ra {

namespace {

constexpr std::size_t configuration_limit = std::size_t{4} << 20;
constexpr int include_limit = 10;

enum class TokenKind { key, value, equals, end_of_line, end_of_file, unknown };

struct Token {
    TokenKind kind;
    std::string_view text;
    int line;
};

bool is_letter(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || byte >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_unit_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_key_character(char c) { return is_letter(c) || is_digit(c); }
bool is_word_character(char c) {
    return is_key_character(c) || std::string_view("-._:/").find(c) != std::string_view::npos;
}

template <typename Predicate>
std::size_t count_while(std::string_view text, std::size_t from, Predicate belongs) {
    auto at = from;
    while (at < text.size() && belongs(text[at])) ++at;
    return at - from;
}

std::size_t sign_length(std::string_view text, std::size_t at) {
    return at < text.size() && (text[at] == '-' || text[at] == '+') ? 1 : 0;
}

// [+-]? (digits | 0x hex digits) unit letters
std::size_t integer_length(std::string_view text) {
    const auto sign = sign_length(text, 0);
    auto number = count_while(text, sign, is_digit);
    if (text.substr(sign).starts_with("0x"))
        if (const auto hex = count_while(text, sign + 2, is_hex_digit); hex > 0) number = 2 + hex;
    if (number == 0) return 0;
    return sign + number + count_while(text, sign + number, is_unit_letter);
}

// [+-]? digits? '.' digits? ([Ee] [+-]? digits)?
std::size_t real_length(std::string_view text) {
    auto at = sign_length(text, 0);
    at += count_while(text, at, is_digit);
    if (at >= text.size() || text[at] != '.') return 0;
    ++at;
    at += count_while(text, at, is_digit);
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        const auto sign = sign_length(text, at + 1);
        if (const auto digits = count_while(text, at + 1 + sign, is_digit); digits > 0) at += 1 + sign + digits;
    }
    return at;
}

// A quote behind a backslash may close the string or belong to it. As in flex the longest match wins: it belongs to
// the string if another quote closes it on the same line.
std::size_t quoted_length(std::string_view text) {
    std::size_t longest = 0;
    for (std::size_t at = 1; at < text.size() && text[at] != '\n'; ++at) {
        if (text[at] != '\'') continue;
        longest = at + 1;
        const bool escaped = at > 1 && text[at - 1] == '\\';
        if (!escaped) break;
    }
    return longest;
}

class Lexer {
 public:
    explicit Lexer(std::string_view text) : rest_(text), behind_last_line_(text.substr(text.rfind('\n') + 1).size()) {}

    Token next() {
        skip_blanks_and_comment();
        if (rest_.empty()) return {TokenKind::end_of_file, {}, line_};
        const char first = rest_.front();
        if (first == '\n') {
            const auto token = take(1, TokenKind::end_of_line);
            ++line_;
            return token;
        }
        if (first == '=') return take(1, TokenKind::equals);
        if (first == '\'') {
            const auto length = quoted_length(rest_);
            return length == 0 ? take(1, TokenKind::unknown) : take(length, TokenKind::value);
        }
        if (is_letter(first)) {
            const auto key = count_while(rest_, 0, is_key_character);
            const auto word = count_while(rest_, 0, is_word_character);
            return take(word, word == key ? TokenKind::key : TokenKind::value);
        }
        const auto number = std::max(integer_length(rest_), real_length(rest_));
        return number == 0 ? take(1, TokenKind::unknown) : take(number, TokenKind::value);
    }

 private:
    void skip_blanks_and_comment() {
        rest_.remove_prefix(count_while(rest_, 0, [](char c) { return c == ' ' || c == '\t' || c == '\r'; }));
        if (rest_.starts_with('#') && is_in_line_that_ends()) rest_.remove_prefix(rest_.find('\n'));
    }
    // flex's '$' behind a comment needs the newline.
    [[nodiscard]] bool is_in_line_that_ends() const { return rest_.size() > behind_last_line_; }
    Token take(std::size_t length, TokenKind kind) {
        const Token token{kind, rest_.substr(0, length), line_};
        rest_.remove_prefix(length);
        return token;
    }

    std::string_view rest_;
    std::size_t behind_last_line_;  // bytes behind the last newline
    int line_ = 1;
};

// pgpool takes any token for a value: "\n" where the line ends before one, nothing where the file does, or a single
// character that begins no other token. A value that is no value for its parameter pgpool refuses later, or not at all.
std::string value_of_token(const Token& token) {
    const bool is_quoted = token.kind == TokenKind::value && token.text.starts_with('\'');
    return std::string(is_quoted ? token.text.substr(1, token.text.size() - 2) : token.text);
}

}  // namespace

Result<PgpoolConf> PgpoolConf::read(const std::filesystem::path& file) {
    PgpoolConf conf(file);
    const auto status = conf.read_into(file, 0);
    if (!status) return status.error();
    return conf;
}

Status PgpoolConf::read_into(const std::filesystem::path& file, int depth) {
    if (depth > include_limit)
        return Error{
            fmt::format("cannot read '{}': more than {} includes inside each other", file.native(), include_limit),
            ELOOP};
    const auto content = read_file(file, configuration_limit);
    if (!content) return content.error();
    Lexer lexer(*content);
    // The text there is not told: it may be a part of a password.
    const auto syntax_error = [&file](const Token& token) {
        return Error{fmt::format("cannot read '{}': syntax error at line {}", file.native(), token.line), EINVAL};
    };
    for (;;) {
        const auto key = lexer.next();
        if (key.kind == TokenKind::end_of_file) return Done{};
        if (key.kind == TokenKind::end_of_line) continue;
        if (key.kind != TokenKind::key) return syntax_error(key);
        auto token = lexer.next();
        if (token.kind == TokenKind::equals) token = lexer.next();
        auto value = value_of_token(token);
        if (key.text == "include") {
            const auto included = read_into(file.parent_path() / value, depth + 1);
            if (!included) return included;
        } else {
            values_.insert_or_assign(std::string(key.text), std::move(value));
        }
    }
}

const std::string* PgpoolConf::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

std::string PgpoolConf::text(std::string_view name, std::string_view fallback) const {
    const auto* value = find(name);
    return value == nullptr ? std::string(fallback) : *value;
}

bool is_on(std::string_view value) {
    std::string lower(value);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower == "on" || lower == "1") return true;
    return !lower.empty() &&
           (std::string_view("true").starts_with(lower) || std::string_view("yes").starts_with(lower));
}

}  // namespace ra
