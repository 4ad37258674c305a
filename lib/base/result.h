#pragma once

#include <string>
#include <utility>
#include <variant>

namespace ra {

// An expected failure on its way to the person who reads it. `message` is one line, lower case, without secrets:
// "cannot <do> '<object>': <what was seen>". `number` is the errno behind it, 0 where there is none.
struct Error {
    std::string message;
    int number = 0;
};

// "cannot <what> '<object>': <text of the errno>"
[[nodiscard]] Error system_error(std::string_view what, std::string_view object, int number);

// A value, or the reason why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
    Result(T value) : content_(std::move(value)) {}
    Result(Error error) : content_(std::move(error)) {}

    [[nodiscard]] bool ok() const { return std::holds_alternative<T>(content_); }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] T& operator*() { return std::get<T>(content_); }
    [[nodiscard]] const T& operator*() const { return std::get<T>(content_); }
    [[nodiscard]] T* operator->() { return &std::get<T>(content_); }
    [[nodiscard]] const T* operator->() const { return &std::get<T>(content_); }
    [[nodiscard]] T value_or(T fallback) const { return ok() ? **this : std::move(fallback); }

    [[nodiscard]] const Error& error() const { return std::get<Error>(content_); }

 private:
    std::variant<T, Error> content_;
};

// The result of something that is done for its effect.
struct Done {};
using Status = Result<Done>;

}  // namespace ra
