#pragma once

// Catch2 of version 2 or 3, by the names of version 2. Tests include this, and no header of Catch2 itself.

#if __has_include(<catch2/catch.hpp>)

#include <catch2/catch.hpp>

#else

#include <catch2/catch_get_random_seed.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>
#include <string>

namespace Catch {

namespace Matchers {

inline auto Contains(const std::string& text) { return ContainsSubstring(text); }

}  // namespace Matchers

using namespace Matchers;

inline auto rngSeed() { return getSeed(); }

}  // namespace Catch

#endif
