// A libpcp of a release that is not installed: it answers with one node in a record of RECORD_SIZE bytes, with the
// numbers at the places of that release. With RECORD_SIZE 0 it answers as one that does not understand pgpool. With
// STATISTICS it has those of the health check, which say that the node is down: 1; or a pgpool that has none: 0.

#include <cstddef>
#include <cstdio>
#include <cstring>

#define EXPORTED extern "C" __attribute__((visibility("default")))

namespace {

alignas(8) unsigned char record[RECORD_SIZE + sizeof(int)];
int nothing;

void put(std::size_t at, int number) { std::memcpy(record + at, &number, sizeof number); }

}  // namespace

EXPORTED void* pcp_connect(char*, int, char*, char*, std::FILE*) { return &nothing; }
EXPORTED int PCPConnectionStatus(const void*) { return 0; }
EXPORTED char* pcp_get_last_error(void*) {
    static char words[] = "command failed with reason: \"ArraySize\"";
    return words;
}
EXPORTED void pcp_disconnect(void*) {}
EXPORTED void pcp_free_connection(void*) {}
EXPORTED void* pcp_node_count(void*) { return &nothing; }
EXPORTED void* pcp_node_info(void*, int) {
    if (RECORD_SIZE == 0) return nullptr;
    std::memcpy(record, "db", 3);
    put(PORT_AT, 5432);
    put(PORT_AT + sizeof(int), 2);
    put(ROLE_AT, 3);
    return &nothing;
}
#ifdef STATISTICS
EXPORTED void* pcp_health_check_stats(void*, int) {
    if (STATISTICS == 0) return nullptr;
    std::memset(record, 0, sizeof record);
    std::memcpy(record, "0", 1);
    std::memcpy(record + 5, "db", 2);
    std::memcpy(record + 260, "5432", 4);
    std::memcpy(record + 267, "down", 4);
    std::memcpy(record + 280, "standby", 7);
    return &nothing;
}
#endif
EXPORTED void* pcp_attach_node(void*, int node) { return node == 0 ? &nothing : nullptr; }
EXPORTED void* pcp_detach_node(void*, int node) { return node == 0 ? &nothing : nullptr; }
EXPORTED void* pcp_promote_node(void*, int node, bool) { return node == 0 ? &nothing : nullptr; }
EXPORTED int PCPResultStatus(const void*) { return 0; }
EXPORTED int pcp_get_int_data(const void*, unsigned) { return 1; }
EXPORTED void* pcp_get_binary_data(const void*, unsigned) { return record; }
EXPORTED int pcp_get_data_length(const void*, unsigned) { return RECORD_SIZE; }
EXPORTED void pcp_free_result(void*) {}
