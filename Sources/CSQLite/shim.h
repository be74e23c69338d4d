/* Debian's library is built with both; these reveal their declarations. */
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#define SQLITE_ENABLE_SESSION 1
#include <malloc.h>
#include <sqlite3.h>

/* Macros and variadic functions that Swift cannot import. */
static inline sqlite3_destructor_type grouplite_sqlite_transient(void) { return SQLITE_TRANSIENT; }
static inline int grouplite_sqlite_disable_memstatus(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
static inline int grouplite_sqlite_multithread(void) { return sqlite3_config(SQLITE_CONFIG_MULTITHREAD); }
static inline int grouplite_sqlite_set_malloc(const sqlite3_mem_methods *methods) { return sqlite3_config(SQLITE_CONFIG_MALLOC, methods); }
/* tmpdir. Once, before the first connection. */
static inline void grouplite_sqlite_set_temp_directory(const char *path) { sqlite3_temp_directory = sqlite3_mprintf("%s", path); }
static inline int grouplite_sqlite_lookaside(sqlite3 *db, int size, int count) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_LOOKASIDE, (void *)0, size, count);
}
static inline int grouplite_sqlite_db_config_flag(sqlite3 *db, int option, int value) {
    return sqlite3_db_config(db, option, value, (int *)0);
}
/* What a block of the C library's takes. */
static inline long grouplite_block_size(void *block) { return (long)malloc_usable_size(block); }
