// A source of users, groups and hosts for the C library that never answers, as a directory service behind a lost
// network: "silent" in nsswitch.conf, where LD_LIBRARY_PATH names its directory.

#include <grp.h>
#include <netdb.h>
#include <nss.h>
#include <pwd.h>
#include <unistd.h>

#include <cstddef>

namespace {

nss_status wait_for_ever() {
    for (;;) ::pause();
}

}  // namespace

extern "C" {

nss_status _nss_silent_getpwnam_r(const char*, struct passwd*, char*, std::size_t, int*) { return wait_for_ever(); }
nss_status _nss_silent_getpwuid_r(uid_t, struct passwd*, char*, std::size_t, int*) { return wait_for_ever(); }
nss_status _nss_silent_getgrnam_r(const char*, struct group*, char*, std::size_t, int*) { return wait_for_ever(); }
nss_status _nss_silent_getgrgid_r(gid_t, struct group*, char*, std::size_t, int*) { return wait_for_ever(); }
nss_status _nss_silent_initgroups_dyn(const char*, gid_t, long*, long*, gid_t**, long, int*) { return wait_for_ever(); }
nss_status _nss_silent_gethostbyname2_r(const char*, int, struct hostent*, char*, std::size_t, int*, int*) {
    return wait_for_ever();
}
}
