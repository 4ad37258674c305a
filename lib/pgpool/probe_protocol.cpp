#include "pgpool/probe_protocol.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ra::probe {

namespace {

constexpr char separator = '\t';
constexpr std::string_view node_mark = "node";
constexpr std::string_view state_mark = "state";
constexpr std::string_view failure_mark = "failure";

// Reads fields one after another; once one does not fit, none does.
class Fields {
 public:
    Fields(std::string_view line, std::string_view mark, std::size_t count)
        : fields_(split(line, separator)), ok_(fields_.size() == count && fields_.front() == mark) {}

    template <typename Number>
    Fields& number(Number& target) {
        const auto value = ok_ ? parse_number<Number>(fields_[next_++]) : std::nullopt;
        ok_ = value.has_value();
        if (ok_) target = *value;
        return *this;
    }
    Fields& flag(bool& target) {
        int value = 0;
        number(value);
        target = value != 0;
        return *this;
    }
    Fields& text(std::string& target) {
        if (ok_) target = fields_[next_++];
        return *this;
    }
    template <typename Value>
    Fields& one_of(Value& target, int highest) {
        int value = 0;
        number(value);
        ok_ = ok_ && value >= 0 && value <= highest;
        if (ok_) target = static_cast<Value>(value);
        return *this;
    }
    [[nodiscard]] bool ok() const { return ok_; }

 private:
    std::vector<std::string_view> fields_;
    std::size_t next_ = 1;
    bool ok_ = false;
};

}  // namespace

std::string to_line(const NodeInfo& node) {
    return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", node_mark, node.id, one_line(node.host, 255), node.port,
                       static_cast<int>(node.status), static_cast<int>(node.role), node.quarantined ? 1 : 0);
}

std::optional<NodeInfo> parse_node(std::string_view line) {
    NodeInfo node;
    Fields fields(line, node_mark, 7);
    fields.number(node.id).text(node.host).number(node.port);
    fields.one_of(node.status, 3).one_of(node.role, 3).flag(node.quarantined);
    return fields.ok() ? std::optional(std::move(node)) : std::nullopt;
}

std::string to_line(const BackendState& state) {
    return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", state_mark, state.id, state.in_recovery ? 1 : 0,
                       state.system_identifier, state.timeline, state.position, state.streaming ? 1 : 0,
                       one_line(state.upstream_host, 255), state.upstream_port, state.up_since,
                       one_line(state.replays_late, 80));
}

std::optional<BackendState> parse_state(std::string_view line) {
    BackendState state;
    Fields fields(line, state_mark, 11);
    fields.number(state.id).flag(state.in_recovery).number(state.system_identifier).number(state.timeline);
    fields.number(state.position).flag(state.streaming).text(state.upstream_host).number(state.upstream_port);
    fields.number(state.up_since).text(state.replays_late);
    return fields.ok() ? std::optional(std::move(state)) : std::nullopt;
}

std::string to_line(const BackendFailure& failure) {
    return fmt::format("{}\t{}\t{}\t{}\n", failure_mark, failure.id, static_cast<int>(failure.heard),
                       one_line(failure.message, 300));
}

std::optional<BackendFailure> parse_failure(std::string_view line) {
    BackendFailure failure;
    Fields fields(line, failure_mark, 4);
    int heard = 0;
    fields.number(failure.id).number(heard).text(failure.message);
    if (!fields.ok() || heard < 0 || heard > static_cast<int>(Heard::answer)) return std::nullopt;
    failure.heard = static_cast<Heard>(heard);
    return failure;
}

}  // namespace ra::probe
