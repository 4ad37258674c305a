#include "system/record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "base/text.h"

namespace ra {

namespace {

constexpr std::size_t file_limit = 65536;

std::vector<std::string> to_texts(const std::vector<std::filesystem::path>& paths) {
    std::vector<std::string> texts;
    for (const auto& path : paths) texts.push_back(path.native());
    return texts;
}

template <typename Item>
std::vector<Item> parse_list(std::string_view text) {
    std::vector<Item> items;
    for (const auto item : split(text, ','))
        if (!item.empty()) items.emplace_back(std::string(item));
    return items;
}

template <typename Number>
bool assign_number(std::string_view text, Number& target) {
    const auto number = parse_number<Number>(text);
    if (number) target = *number;
    return number.has_value();
}

bool assign(Record& record, std::string_view key, std::string_view value) {
    auto& at = record.endpoints;
    if (key == "pid") return assign_number(value, record.main.pid);
    if (key == "start_time") return assign_number(value, record.main.start_time);
    if (key == "config")
        record.config = value;
    else if (key == "port")
        return assign_number(value, at.port);
    else if (key == "pcp_port")
        return assign_number(value, at.pcp_port);
    else if (key == "listen_addresses")
        at.listen_addresses = parse_list<std::string>(value);
    else if (key == "pcp_listen_addresses")
        at.pcp_listen_addresses = parse_list<std::string>(value);
    else if (key == "socket_directories")
        at.socket_directories = parse_list<std::filesystem::path>(value);
    else if (key == "pcp_socket_directories")
        at.pcp_socket_directories = parse_list<std::filesystem::path>(value);
    else if (key == "pid_file")
        at.pid_file = value;
    else if (key == "monitored")
        record.monitored = value == "1";
    else if (key == "promoted")
        record.promoted = value == "1";
    else if (key == "trouble")
        record.trouble = value;
    else if (key == "unresponsive_since")
        return assign_number(value, record.unresponsive_since);
    else if (key == "isolated_since")
        return assign_number(value, record.isolated_since);
    else if (key == "served_timeline")
        return assign_number(value, record.served_timeline);
    else if (key == "overtaken")
        record.overtaken = value;
    else if (key == "shared_memory") {
        for (const auto& text : parse_list<std::string>(value)) {
            int id = -1;
            if (!assign_number(text, id)) return false;
            record.shared_memory.push_back(id);
        }
    }
    return true;  // a key of a later version is none of our business
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
    const auto& at = record.endpoints;
    return fmt::format(
        "pid={}\nstart_time={}\nconfig={}\nport={}\npcp_port={}\nlisten_addresses={}\npcp_listen_addresses={}\n"
        "socket_directories={}\npcp_socket_directories={}\npid_file={}\nshared_memory={}\n"
        "monitored={}\npromoted={}\ntrouble={}\nunresponsive_since={}\nisolated_since={}\nserved_timeline={}"
        "\novertaken={}\n",
        record.main.pid, record.main.start_time, record.config.native(), at.port, at.pcp_port,
        fmt::join(at.listen_addresses, ","), fmt::join(at.pcp_listen_addresses, ","),
        fmt::join(to_texts(at.socket_directories), ","), fmt::join(to_texts(at.pcp_socket_directories), ","),
        at.pid_file.native(), fmt::join(record.shared_memory, ","), record.monitored ? 1 : 0, record.promoted ? 1 : 0,
        one_line(record.trouble, 500), record.unresponsive_since, record.isolated_since, record.served_timeline,
        one_line(record.overtaken, 500));
}

Result<Record> parse_record(std::string_view text) {
    Record record;
    for (const auto line : split(text, '\n')) {
        if (line.empty()) continue;
        const auto equals = line.find('=');
        const bool understood =
            equals != std::string_view::npos && assign(record, line.substr(0, equals), line.substr(equals + 1));
        if (!understood) return Error{fmt::format("cannot read the line '{}'", one_line(line, 60)), EINVAL};
    }
    if (record.main.pid <= 0 || record.main.start_time == 0 || record.endpoints.port == 0)
        return Error{"cannot use it: it does not say which process it is about", EINVAL};
    return record;
}

RecordFile::RecordFile(std::filesystem::path directory, const std::string& instance)
    : directory_(std::move(directory)), name_(state_file_name(instance)) {}

Result<std::optional<Record>> RecordFile::read() const {
    const auto path = directory_ / name_;
    const auto directory = open_existing_private_directory(directory_);
    if (!directory && directory.error().number == ENOENT) return std::optional<Record>();
    if (!directory) return directory.error();
    struct stat about {};
    if (::lstat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode))
        return Error{fmt::format("cannot use '{}': it is not a regular file", path.native()), EINVAL};
    const auto text = read_file(path, file_limit);
    if (!text && text.error().number == ENOENT) return std::optional<Record>();
    if (!text) return text.error();
    auto record = parse_record(*text);
    if (!record) return Error{fmt::format("'{}': {}", path.native(), record.error().message), EINVAL};
    return std::optional(std::move(*record));
}

Status RecordFile::write(const Record& record) const {
    const auto directory = open_private_directory(directory_);
    if (!directory) return directory.error();
    auto status = replace_file(*directory, name_, to_text(record));
    if (!status)
        return Error{fmt::format("cannot keep state in '{}': {}", directory_.native(), status.error().message),
                     status.error().number};
    return status;
}

Result<UniqueFd> RecordFile::lock() const {
    const auto directory = open_private_directory(directory_);
    if (!directory) return directory.error();
    UniqueFd fd(::openat(directory->get(), (name_ + ".lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) return system_error("open", name_ + ".lock", errno);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return Error{"another action of this resource is aligning the roles", errno};
    return fd;
}

Status RecordFile::remove() const {
    const auto directory = open_existing_private_directory(directory_);
    if (!directory) return directory.error().number == ENOENT ? Status(Done{}) : Status(directory.error());
    for (const auto& name : {name_, name_ + ".lock"})
        if (::unlinkat(directory->get(), name.c_str(), 0) != 0 && errno != ENOENT)
            return system_error("remove", name, errno);
    return Done{};
}

}  // namespace ra
