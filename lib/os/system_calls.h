#pragma once

// Numbers of system calls that the C library of an older system has no name for (glibc 2.28 of Enterprise Linux 8); its
// kernel may have them all the same, or answers ENOSYS. All that Linux has got since 5.0 has one number on every
// architecture but Alpha.
namespace ra::system_call {

inline constexpr long pidfd_send_signal = 424;
inline constexpr long pidfd_open = 434;
inline constexpr long close_range = 436;
inline constexpr long pidfd_getfd = 438;

}  // namespace ra::system_call
