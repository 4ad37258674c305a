#pragma once

#include <utility>
#include <variant>

#include "base/result.h"

namespace ra {

// A fact is not asked, a value, or an error: what is not known is never "no".
struct NotAsked {};
template <typename T>
using Observed = std::variant<NotAsked, T, Error>;

// The value; null for the other two.
template <typename T>
[[nodiscard]] const T* value_of(const Observed<T>& fact) {
    return std::get_if<T>(&fact);
}

template <typename T>
[[nodiscard]] bool is_asked(const Observed<T>& fact) {
    return !std::holds_alternative<NotAsked>(fact);
}

template <typename T>
[[nodiscard]] Observed<T> observed(Result<T> result) {
    if (result) return std::move(*result);
    return result.error();
}

}  // namespace ra
