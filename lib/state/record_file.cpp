#include "state/record_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include "base/deadline.h"
#include "base/files.h"
#include "base/text.h"

namespace ra {

namespace {

constexpr std::size_t record_limit = 65536;

// How each type of a fact is written, and read again.

std::string write(bool value) { return value ? "1" : "0"; }
std::string write(const std::string& value) { return one_line(value, 500); }
std::string write(const std::filesystem::path& value) { return value.native(); }
std::string write(std::chrono::seconds value) { return std::to_string(value.count()); }
template <typename Number>
requires std::is_arithmetic_v<Number> std::string write(Number value) { return std::to_string(value); }
std::string write(const History& value) { return to_text(value); }
std::string write(const Told& value) { return fmt::format("{} {} {}", value.times, value.last.count(), value.request); }
std::string write(const AttachedNode& value) {
    return fmt::format("{} {} {}", value.id, value.up_since, write(value.is_primary));
}
template <typename Item>
std::string write(const std::vector<Item>& items) {
    std::string text;
    for (const auto& item : items) text.append(text.empty() ? "" : ",").append(write(item));
    return text;
}
template <typename Value>
std::string write(const std::optional<Value>& value) {
    return value ? write(*value) : std::string();
}

bool read(std::string_view text, bool& value) {
    value = text == "1";
    return true;
}
bool read(std::string_view text, std::string& value) {
    value = text;
    return true;
}
bool read(std::string_view text, std::filesystem::path& value) {
    value = text;
    return true;
}
template <typename Number>
requires std::is_arithmetic_v<Number>
bool read(std::string_view text, Number& value) {
    const auto number = parse_number<Number>(text);
    if (number) value = *number;
    return number.has_value();
}
bool read(std::string_view text, std::chrono::seconds& value) {
    std::chrono::seconds::rep count = 0;
    if (!read(text, count) || count < 0) return false;
    value = std::chrono::seconds(count);
    return true;
}
bool read(std::string_view text, History& value) {
    const auto history = parse_history(text);
    if (history) value = *history;
    return history.has_value();
}
bool read(std::string_view text, Told& value) {
    const auto words = split_words(text);
    if (words.size() < 3 || !read(words[0], value.times) || !read(words[1], value.last)) return false;
    value.request = text.substr(static_cast<std::size_t>(words[2].data() - text.data()));
    return true;
}
bool read(std::string_view text, AttachedNode& value) {
    const auto words = split_words(text);
    return words.size() == 3 && read(words[0], value.id) && read(words[1], value.up_since) &&
           read(words[2], value.is_primary);
}
template <typename Item>
bool read(std::string_view text, std::vector<Item>& items) {
    for (const auto part : split(text, ',')) {
        if (part.empty()) continue;
        if (!read(part, items.emplace_back())) return false;
    }
    return true;
}
// An earlier version of the agent wrote 0 for a moment or a timeline that is not known.
template <typename Value>
bool read(std::string_view text, std::optional<Value>& value) {
    if (text.empty()) return true;
    if (!read(text, value.emplace())) return false;
    if (*value == Value{}) value.reset();
    return true;
}

// A fact of the record with its name in the file.
struct Entry {
    std::string_view key;
    std::string (*write)(const Record&);
    bool (*read)(std::string_view, Record&);
    bool (*same)(const Record&, const Record&);
    void (*copy)(const Record& from, Record& to);
};

template <typename Owner, typename Member, typename... Further>
auto& follow(Owner& owner, Member member, Further... further) {
    if constexpr (sizeof...(further) == 0) {
        return owner.*member;
    } else {
        return follow(owner.*member, further...);
    }
}

// The fact at the end of these members.
template <auto... Path>
constexpr Entry entry(std::string_view key) {
    return {key, [](const Record& record) { return ra::write(follow(record, Path...)); },
            [](std::string_view text, Record& record) { return ra::read(text, follow(record, Path...)); },
            [](const Record& one, const Record& other) { return follow(one, Path...) == follow(other, Path...); },
            [](const Record& from, Record& to) { follow(to, Path...) = follow(from, Path...); }};
}

constexpr std::array started{
    entry<&Record::started, &StartedPgpool::main, &ProcessId::pid>("pid"),
    entry<&Record::started, &StartedPgpool::main, &ProcessId::start_time>("start_time"),
    entry<&Record::started, &StartedPgpool::config>("config"),
    entry<&Record::started, &StartedPgpool::endpoints, &Endpoints::port>("port"),
    entry<&Record::started, &StartedPgpool::endpoints, &Endpoints::pcp_port>("pcp_port"),
    entry<&Record::started, &StartedPgpool::endpoints, &Endpoints::listen_addresses>("listen_addresses"),
    entry<&Record::started, &StartedPgpool::endpoints, &Endpoints::pcp_listen_addresses>("pcp_listen_addresses"),
    entry<&Record::started, &StartedPgpool::endpoints, &Endpoints::socket_directories>("socket_directories"),
    entry<&Record::started, &StartedPgpool::endpoints, &Endpoints::pcp_socket_directories>("pcp_socket_directories"),
    entry<&Record::started, &StartedPgpool::endpoints, &Endpoints::pid_file>("pid_file"),
    entry<&Record::started, &StartedPgpool::shared_memory>("shared_memory"),
};

constexpr std::array memory{
    entry<&Record::memory, &Memory::watched_since>("watched_since"),
    entry<&Record::memory, &Memory::promoted>("promoted"),
    entry<&Record::memory, &Memory::trouble>("trouble"),
    entry<&Record::memory, &Memory::unresponsive_since>("unresponsive_since"),
    entry<&Record::memory, &Memory::childless_since>("childless_since"),
    entry<&Record::memory, &Memory::primary_lost_since>("primary_lost_since"),
    entry<&Record::memory, &Memory::isolated_since>("isolated_since"),
    entry<&Record::memory, &Memory::unreachable_since>("unreachable_since"),
    entry<&Record::memory, &Memory::served_timeline>("served_timeline"),
    entry<&Record::memory, &Memory::history>("history"),
    entry<&Record::memory, &Memory::history_is_shared>("history_is_shared"),
    entry<&Record::memory, &Memory::told>("told"),
    entry<&Record::memory, &Memory::attached>("attached"),
    entry<&Record::memory, &Memory::kept_out>("kept_out"),
    entry<&Record::memory, &Memory::promoted_beside>("promoted_beside"),
    entry<&Record::memory, &Memory::silent>("silent"),
    entry<&Record::memory, &Memory::overtaken>("overtaken"),
};

bool read_line(std::string_view line, Record& record) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return false;
    for (const auto& entries : {std::span<const Entry>(started), std::span<const Entry>(memory)})
        for (const auto& entry : entries)
            if (entry.key == line.substr(0, equals)) return entry.read(line.substr(equals + 1), record);
    return true;  // a key of a later version is none of our business
}

// Held for as long as a small file is read and written, of whatever instance.
Result<UniqueFd> lock_memory(const std::filesystem::path& directory) {
    const auto deadline = Deadline::in(std::chrono::seconds(1));
    for (;;) {
        auto lock = lock_existing(directory);
        if (lock || lock.error().number != EWOULDBLOCK || deadline.passed()) return lock;
        deadline.sleep(Milliseconds{5});
    }
}

Error not_kept(const std::filesystem::path& directory, const Error& seen) {
    return {fmt::format("cannot keep state in '{}': {}", directory.native(), seen.message), seen.number};
}

}  // namespace

std::string state_file_name(const std::string& instance) {
    std::string name;
    for (const char c : instance) {
        const bool plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
        name += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
    return name;
}

std::string to_text(const Record& record) {
    std::string text;
    for (const auto& entries : {std::span<const Entry>(started), std::span<const Entry>(memory)})
        for (const auto& entry : entries) text += fmt::format("{}={}\n", entry.key, entry.write(record));
    return text;
}

Result<Record> parse_record(std::string_view text) {
    Record record;
    for (const auto line : split(text, '\n'))
        if (!line.empty() && !read_line(line, record))
            return Error{fmt::format("cannot read the line '{}'", one_line(line, 60)), EINVAL};
    if (record.started.main.pid <= 0 || record.started.main.start_time == 0 || record.started.endpoints.port == 0)
        return Error{"cannot use it: it does not say which process it is about", EINVAL};
    return record;
}

Memory merge(const Memory& now, const Memory& before, const Memory& after) {
    const Record old{{}, before};
    const Record changed{{}, after};
    Record merged{{}, now};
    for (const auto& entry : memory)
        if (!entry.same(old, changed)) entry.copy(changed, merged);
    return merged.memory;
}

RecordFile::RecordFile(std::filesystem::path directory, const std::string& instance)
    : directory_(std::move(directory)), name_(state_file_name(instance)) {}

const Result<std::optional<Record>>& RecordFile::read() const {
    if (!known_) known_ = read_file();
    return *known_;
}

Result<std::optional<Record>> RecordFile::read_file() const {
    const auto path = directory_ / name_;
    const auto directory = open_existing_private_directory(directory_);
    if (!directory && directory.error().number == ENOENT) return std::optional<Record>();
    if (!directory) return directory.error();
    struct stat about {};
    if (::lstat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode))
        return Error{fmt::format("cannot use '{}': it is not a regular file", path.native()), EINVAL};
    const auto text = ra::read_file(path, record_limit);
    if (!text && text.error().number == ENOENT) return std::optional<Record>();
    if (!text) return text.error();
    auto record = parse_record(*text);
    if (!record) return Error{fmt::format("'{}': {}", path.native(), record.error().message), EINVAL};
    return std::optional(std::move(*record));
}

Status RecordFile::write(const Record& record) const {
    const auto directory = open_private_directory(directory_);
    if (!directory) return directory.error();
    const auto text = to_text(record);
    auto status = replace_file(*directory, name_, text);
    // A full disk must not part pgpool's role from what Pacemaker was told.
    if (!status && status.error().number == ENOSPC && overwrite_file(*directory, name_, text)) status = Done{};
    if (!status) return not_kept(directory_, status.error());
    known_ = std::optional(record);
    return status;
}

Status RecordFile::remember(const ProcessId& main, const Memory& before, const Memory& after) const {
    if (before == after) return Done{};
    const auto directory = open_private_directory(directory_);
    if (!directory) return directory.error();
    const auto lock = lock_memory(directory_);
    if (!lock) return not_kept(directory_, lock.error());
    auto now = read_file();
    if (!now) return now.error();
    if (!*now || (*now)->started.main != main) return Done{};
    (*now)->memory = merge((*now)->memory, before, after);
    return write(**now);
}

Result<UniqueFd> RecordFile::lock() const {
    const auto directory = open_private_directory(directory_);
    if (!directory) return directory.error();
    auto lock = open_locked(*directory, name_ + ".lock");
    if (!lock && lock.error().number == EWOULDBLOCK)
        return Error{"another action of this resource is aligning the roles", EWOULDBLOCK};
    if (!lock) return not_kept(directory_, lock.error());
    return lock;
}

Status RecordFile::remove() const {
    known_.reset();
    const auto directory = open_existing_private_directory(directory_);
    if (!directory) return directory.error().number == ENOENT ? Status(Done{}) : Status(directory.error());
    for (const auto& name : {name_, name_ + ".lock"})
        if (::unlinkat(directory->get(), name.c_str(), 0) != 0 && errno != ENOENT)
            return system_error("remove", name, errno);
    return Done{};
}

}  // namespace ra
