/// The one table of all system variables: a row each, `name|flags|type|default`.
///
/// - flags: scope (`G` global, `B` global and session, `S` session only), `D` dynamic or `-` not, and what a value does
///   here: `L` it is obeyed, `N` it has nothing to act on in this server (it is kept and shown, as for a buffer's size),
///   `P` its behaviour is planned: a value other than the default is refused or warned about, see README; then, where it
///   takes more privileges than its scope does, a letter of ``SystemVariable/Restriction``, `n` where it cannot be
///   persisted, and `d` where SET ... = DEFAULT has nothing to go back to.
/// - type: `bool`, `int minimum maximum`, `real minimum maximum`, `string`, `enum a,b,...`, `set a,b,...`.
/// - default: as SHOW VARIABLES prints it; `\N` is NULL. `{dialect}` and `{server}` stand for `MySQLVersion`'s.
///
/// Types, ranges and scopes are those of MySQL (its performance_schema.variables_metadata); names, ranges and defaults of
/// group_replication_... those of the manual's section 18.8.
package enum SystemVariableTable {
    // swift-format-ignore: one row, one line
    package static let text: StaticString = """
        activate_all_roles_on_login|GDL|bool|OFF
        activate_mandatory_roles|GDN|bool|ON
        admin_address|G-Ln|string|
        admin_port|G-Ln|int 0 65535|33062
        admin_ssl_ca|GDL|string|
        admin_ssl_capath|GDL|string|
        admin_ssl_cert|GDL|string|
        admin_ssl_cipher|GDL|string|
        admin_ssl_crl|GDL|string|
        admin_ssl_crlpath|GDL|string|
        admin_ssl_key|GDL|string|
        admin_tls_ciphersuites|GDL|string|
        admin_tls_version|GDL|string|TLSv1.2,TLSv1.3
        authentication_policy|GDL|string|*,,
        auto_generate_certs|G-Nn|bool|ON
        auto_increment_increment|BDL|int 1 65535|1
        auto_increment_offset|BDL|int 1 65535|1
        autocommit|BDL|bool|ON
        automatic_sp_privileges|GDN|bool|ON
        back_log|G-L|int 0 65535|10000
        basedir|G-Nn|string|/usr/
        big_tables|BDN|bool|OFF
        bind_address|G-Ln|string|*
        binlog_cache_size|GDL|int 4096 18446744073709547520|32768
        binlog_checksum|GDL|enum NONE,CRC32|CRC32
        binlog_direct_non_transactional_updates|BDNA|bool|OFF
        binlog_encryption|GDNb|bool|OFF
        binlog_error_action|GDN|enum IGNORE_ERROR,ABORT_SERVER|ABORT_SERVER
        binlog_expire_logs_auto_purge|GDL|bool|ON
        binlog_expire_logs_seconds|GDL|int 0 4294967295|2592000
        binlog_format|BDNA|enum MIXED,STATEMENT,ROW|ROW
        binlog_group_commit_sync_delay|GDN|int 0 1000000|0
        binlog_group_commit_sync_no_delay_count|GDN|int 0 100000|0
        binlog_gtid_simple_recovery|G-N|bool|ON
        binlog_max_flush_queue_time|GDN|int 0 100000|0
        binlog_order_commits|GDN|bool|ON
        binlog_rotate_encryption_master_key_at_startup|G-N|bool|OFF
        binlog_row_event_max_size|G-N|int 256 18446744073709551360|8192
        binlog_row_image|BDNA|enum MINIMAL,NOBLOB,FULL|FULL
        binlog_row_metadata|GDN|enum MINIMAL,FULL|MINIMAL
        binlog_row_value_options|BDNA|set PARTIAL_JSON|
        binlog_rows_query_log_events|BDNA|bool|OFF
        binlog_stmt_cache_size|GDN|int 4096 18446744073709547520|32768
        binlog_transaction_compression|BDNA|bool|OFF
        binlog_transaction_compression_level_zstd|BDNA|int 1 22|3
        binlog_transaction_dependency_history_size|GDN|int 1 100000000|10000000
        binlog_transaction_dependency_tracking|GDN|enum COMMIT_ORDER,WRITESET,WRITESET_SESSION|WRITESET
        block_encryption_mode|BDN|enum aes-128-ecb,aes-192-ecb,aes-256-ecb,aes-128-cbc,aes-192-cbc,aes-256-cbc,aes-128-cfb1,aes-192-cfb1,aes-256-cfb1,aes-128-cfb8,aes-192-cfb8,aes-256-cfb8,aes-128-cfb128,aes-192-cfb128,aes-256-cfb128,aes-128-ofb,aes-192-ofb,aes-256-ofb|aes-128-ecb
        build_id|G-Nn|string|
        bulk_insert_buffer_size|BDNA|int 0 18446744073709551615|8388608
        caching_sha2_password_auto_generate_rsa_keys|G-Nn|bool|ON
        caching_sha2_password_digest_rounds|GDL|int 5000 4095000|10000
        caching_sha2_password_enforce_storage_format|GDN|bool|OFF
        caching_sha2_password_private_key_path|G-Nn|string|private_key.pem
        caching_sha2_password_proxy_users|GDL|bool|OFF
        caching_sha2_password_public_key_path|G-Nn|string|public_key.pem
        caching_sha2_password_storage_format|GDN|string|CRYPT5
        character_set_client|BDL|string|utf8mb4
        character_set_connection|BDL|string|utf8mb4
        character_set_database|BDLA|string|utf8mb4
        character_set_filesystem|BDNA|string|binary
        character_set_results|BDL|string|utf8mb4
        character_set_server|BDL|string|utf8mb4
        character_set_system|G-Nn|string|utf8mb3
        character_sets_dir|G-Nn|string|/usr/share/mysql/charsets/
        check_proxy_users|GDL|bool|OFF
        collation_connection|BDL|string|utf8mb4_0900_ai_ci
        collation_database|BDL|string|utf8mb4_0900_ai_ci
        collation_server|BDL|string|utf8mb4_0900_ai_ci
        completion_type|BDL|enum NO_CHAIN,CHAIN,RELEASE|NO_CHAIN
        component_connection_control.exempt_unknown_users|GDL|bool|OFF
        component_connection_control.failed_connections_threshold|GDL|int 0 2147483647|3
        component_connection_control.max_connection_delay|GDL|int 1000 2147483647|2147483647
        component_connection_control.min_connection_delay|GDL|int 1000 2147483647|1000
        concurrent_insert|GDN|enum NEVER,AUTO,ALWAYS|AUTO
        connect_timeout|GDN|int 2 31536000|10
        connection_memory_chunk_size|BDLA|int 1 536870912|8192
        connection_memory_limit|BDLA|int 2097152 18446744073709551615|18446744073709551615
        connection_memory_status_limit|GDN|int 2097152 18446744073709551615|18446744073709551615
        container_aware|G-Nn|bool|OFF
        core_file|G-Nn|bool|OFF
        create_admin_listener_thread|G-Nn|bool|OFF
        cte_max_recursion_depth|BDL|int 0 4294967295|1000
        datadir|G-Ln|string|
        default_collation_for_utf8mb4|BDL|string|utf8mb4_0900_ai_ci
        default_password_lifetime|GDL|int 0 65535|0
        default_storage_engine|BDN|string|InnoDB
        default_table_encryption|BDPe|bool|OFF
        default_tmp_storage_engine|BDN|string|InnoDB
        default_week_format|BDL|int 0 7|0
        delay_key_write|GDN|enum OFF,ON,ALL|ON
        delayed_insert_limit|GDN|int 1 18446744073709551615|100
        delayed_insert_timeout|GDN|int 1 31536000|300
        delayed_queue_size|GDN|int 1 18446744073709551615|1000
        disabled_storage_engines|G-N|string|
        disconnect_on_expired_password|G-L|bool|ON
        div_precision_increment|BDL|int 0 30|4
        enable_cascade_triggers|BDN|bool|OFF
        enable_secondary_engine_statistics|BDN|bool|ON
        end_markers_in_json|BDN|bool|OFF
        enforce_gtid_consistency|GDN|enum OFF,ON,WARN|ON
        eq_range_index_dive_limit|BDN|int 0 4294967295|200
        error_count|S-N|int 0 18446744073709551615|0
        event_scheduler|GDP|enum OFF,ON,DISABLED|ON
        explain_format|BDN|enum TRADITIONAL,TRADITIONAL_STRICT,TREE,JSON|TRADITIONAL
        explain_json_format_version|BDN|int 1 2|2
        explicit_defaults_for_timestamp|BDL|bool|ON
        external_table_secondary_storage_engine|BDN|string|
        external_table_storage_engine|BDN|string|
        external_user|S-N|string|
        flush|GDN|bool|OFF
        flush_time|GDN|int 0 31536000|0
        foreign_key_checks|BDL|bool|ON
        ft_boolean_syntax|GDN|string|+ -><()~*:""&|
        ft_max_word_len|G-N|int 10 84|84
        ft_min_word_len|G-N|int 1 84|4
        ft_query_expansion_limit|G-N|int 0 1000|20
        ft_stopword_file|G-Nn|string|(built-in)
        general_log|GDP|bool|OFF
        general_log_file|GDN|string|
        generated_random_password_length|BDL|int 5 255|20
        global_connection_memory_limit|GDL|int 16777216 18446744073709551615|18446744073709551615
        global_connection_memory_status_limit|GDN|int 16777216 18446744073709551615|18446744073709551615
        global_connection_memory_tracking|BDLA|bool|OFF
        group_concat_max_len|BDL|int 4 18446744073709551615|1024
        group_replication_advertise_recovery_endpoints|GDL|string|DEFAULT
        group_replication_auto_increment_increment|GDL|int 1 65535|7
        group_replication_autorejoin_tries|GDL|int 0 2016|3
        group_replication_bootstrap_group|GDL|bool|OFF
        group_replication_clone_threshold|GDP|int 1 9223372036854775807|9223372036854775807
        group_replication_communication_debug_options|GDL|string|GCS_DEBUG_NONE
        group_replication_communication_max_message_size|GDL|int 0 1073741824|10485760
        group_replication_communication_stack|GDP|enum XCOM,MYSQL|XCOM
        group_replication_components_stop_timeout|GDL|int 2 31536000|300
        group_replication_compression_threshold|GDL|int 0 4294967295|1000000
        group_replication_consistency|BDLg|enum EVENTUAL,BEFORE_ON_PRIMARY_FAILOVER,BEFORE,AFTER,BEFORE_AND_AFTER|EVENTUAL
        group_replication_enforce_update_everywhere_checks|GDL|bool|OFF
        group_replication_exit_state_action|GDL|enum READ_ONLY,ABORT_SERVER,OFFLINE_MODE|READ_ONLY
        group_replication_flow_control_applier_threshold|GDL|int 0 2147483647|25000
        group_replication_flow_control_certifier_threshold|GDL|int 0 2147483647|25000
        group_replication_flow_control_hold_percent|GDL|int 0 100|10
        group_replication_flow_control_max_commit_quota|GDL|int 0 2147483647|0
        group_replication_flow_control_max_quota|GDL|int 0 2147483647|0
        group_replication_flow_control_member_quota_percent|GDL|int 0 100|0
        group_replication_flow_control_min_quota|GDL|int 0 2147483647|0
        group_replication_flow_control_min_recovery_quota|GDL|int 0 2147483647|0
        group_replication_flow_control_mode|GDL|enum DISABLED,QUOTA|QUOTA
        group_replication_flow_control_period|GDL|int 1 60|1
        group_replication_flow_control_release_percent|GDL|int 0 1000|50
        group_replication_force_members|GDLn|string|
        group_replication_group_name|GDL|string|
        group_replication_group_seeds|GDL|string|
        group_replication_gtid_assignment_block_size|GDL|int 1 9223372036854775807|1000000
        group_replication_ip_allowlist|GDL|string|AUTOMATIC
        group_replication_local_address|GDL|string|
        group_replication_member_expel_timeout|GDL|int 0 3600|5
        group_replication_member_weight|GDL|int 0 100|50
        group_replication_message_cache_size|GDL|int 134217728 18446744073709551615|1073741824
        group_replication_paxos_single_leader|GDP|bool|OFF
        group_replication_poll_spin_loops|GDL|int 0 18446744073709551615|0
        group_replication_preemptive_garbage_collection|GDN|bool|OFF
        group_replication_preemptive_garbage_collection_rows_threshold|GDN|int 10000 100000000|100000
        group_replication_rebuild_damaged_member|GDL|bool|ON
        group_replication_recovery_complete_at|GDL|enum TRANSACTIONS_CERTIFIED,TRANSACTIONS_APPLIED|TRANSACTIONS_APPLIED
        group_replication_recovery_compression_algorithms|GDP|string|uncompressed
        group_replication_recovery_get_public_key|GDL|bool|OFF
        group_replication_recovery_public_key_path|GDL|string|
        group_replication_recovery_reconnect_interval|GDL|int 0 31536000|60
        group_replication_recovery_retry_count|GDL|int 0 31536000|10
        group_replication_recovery_ssl_ca|GDL|string|
        group_replication_recovery_ssl_capath|GDL|string|
        group_replication_recovery_ssl_cert|GDL|string|
        group_replication_recovery_ssl_cipher|GDL|string|
        group_replication_recovery_ssl_crl|GDL|string|
        group_replication_recovery_ssl_crlpath|GDL|string|
        group_replication_recovery_ssl_key|GDL|string|
        group_replication_recovery_ssl_verify_server_cert|GDL|bool|OFF
        group_replication_recovery_tls_ciphersuites|GDL|string|
        group_replication_recovery_tls_version|GDL|string|TLSv1.2,TLSv1.3
        group_replication_recovery_use_ssl|GDL|bool|OFF
        group_replication_recovery_zstd_compression_level|GDP|int 1 22|3
        group_replication_single_primary_mode|GDL|bool|ON
        group_replication_ssl_mode|GDL|enum DISABLED,REQUIRED,VERIFY_CA,VERIFY_IDENTITY|DISABLED
        group_replication_start_on_boot|GDL|bool|ON
        group_replication_tls_source|GDL|enum MYSQL_MAIN,MYSQL_ADMIN|MYSQL_MAIN
        group_replication_transaction_size_limit|GDL|int 0 2147483647|150000000
        group_replication_unreachable_majority_timeout|GDL|int 0 31536000|0
        group_replication_view_change_uuid|GDL|string|AUTOMATIC
        grouplite_scrub_rate|GDL|int 0 1048576|1024
        gtid_executed|G-Nn|string|98c77d42-e585-11f1-aa5d-02fc00000001:1-4
        gtid_executed_compression_period|GDN|int 0 4294967295|0
        gtid_mode|GDN|enum OFF,OFF_PERMISSIVE,ON_PERMISSIVE,ON|ON
        gtid_next|SDLR|string|AUTOMATIC
        gtid_owned|B-Nn|string|
        gtid_purged|GDLn|string|
        have_compress|G-Nn|string|YES
        have_dynamic_loading|G-Nn|string|YES
        have_geometry|G-Nn|string|YES
        have_profiling|G-Nn|string|YES
        have_query_cache|G-Nn|string|NO
        have_rtree_keys|G-Nn|string|YES
        have_statement_timeout|G-Nn|string|YES
        have_symlink|G-Nn|string|DISABLED
        histogram_generation_max_mem_size|BDNA|int 1000000 18446744073709551615|20000000
        host_cache_size|GDN|int 0 65536|279
        hostname|G-Nn|string|
        identity|SDLd|int 0 18446744073709551615|0
        immediate_server_version|SDNR|int 0 999999|999999
        information_schema_stats_expiry|BDN|int 0 31536000|86400
        init_connect|GDL|string|
        init_file|G-Nn|string|
        init_replica|GDN|string|
        init_slave|GDN|string|
        innodb_adaptive_flushing|GDN|bool|ON
        innodb_adaptive_flushing_lwm|GDN|int 0 70|10
        innodb_adaptive_hash_index|GDN|bool|OFF
        innodb_adaptive_hash_index_parts|G-N|int 1 512|8
        innodb_adaptive_max_sleep_delay|GDN|int 0 1000000|150000
        innodb_api_bk_commit_interval|GDN|int 1 1073741824|5
        innodb_api_disable_rowlock|G-N|bool|OFF
        innodb_api_enable_binlog|G-N|bool|OFF
        innodb_api_enable_mdl|G-N|bool|OFF
        innodb_api_trx_level|GDN|int 0 3|0
        innodb_autoextend_increment|GDN|int 1 1000|64
        innodb_autoinc_lock_mode|G-N|int 0 2|2
        innodb_buffer_pool_chunk_size|G-N|int 1048576 144115188075855871|67108864
        innodb_buffer_pool_dump_at_shutdown|GDN|bool|ON
        innodb_buffer_pool_dump_now|GDN|bool|OFF
        innodb_buffer_pool_dump_pct|GDN|int 1 100|25
        innodb_buffer_pool_filename|GDN|string|ib_buffer_pool
        innodb_buffer_pool_in_core_file|GDN|bool|OFF
        innodb_buffer_pool_instances|G-N|int 0 64|1
        innodb_buffer_pool_load_abort|GDN|bool|OFF
        innodb_buffer_pool_load_at_startup|G-Nn|bool|ON
        innodb_buffer_pool_load_now|GDN|bool|OFF
        innodb_buffer_pool_size|GDN|int 5242880 9223372036854775807|134217728
        innodb_change_buffer_max_size|GDN|int 0 50|5
        innodb_change_buffering|GDN|string|all
        innodb_checksum_algorithm|GDN|string|crc32
        innodb_cmp_per_index_enabled|GDN|bool|OFF
        innodb_commit_concurrency|GDN|int 0 1000|0
        innodb_compression_failure_threshold_pct|GDN|int 0 100|5
        innodb_compression_level|GDN|int 0 9|6
        innodb_compression_pad_pct_max|GDN|int 0 75|50
        innodb_concurrency_tickets|GDN|int 1 4294967295|5000
        innodb_data_file_path|G-Nn|string|ibdata1:12M:autoextend
        innodb_data_home_dir|G-Nn|string|
        innodb_ddl_buffer_size|BDN|int 65536 4294967295|1048576
        innodb_ddl_threads|BDN|int 1 64|4
        innodb_deadlock_detect|GDN|bool|ON
        innodb_dedicated_server|G-Nn|bool|OFF
        innodb_default_row_format|GDN|string|dynamic
        innodb_directories|G-Nn|string|
        innodb_disable_sort_file_cache|GDN|bool|OFF
        innodb_doublewrite|GDN|string|ON
        innodb_doublewrite_batch_size|G-N|int 0 256|0
        innodb_doublewrite_dir|G-N|string|
        innodb_doublewrite_files|G-N|int 1 256|2
        innodb_doublewrite_pages|G-N|int 1 512|128
        innodb_extend_and_initialize|GDN|bool|ON
        innodb_fast_shutdown|GDN|int 0 2|1
        innodb_file_per_table|GDN|bool|ON
        innodb_fill_factor|GDN|int 10 100|100
        innodb_flush_log_at_timeout|GDN|int 0 2700|1
        innodb_flush_log_at_trx_commit|GDN|int 0 2|1
        innodb_flush_method|G-N|string|O_DIRECT
        innodb_flush_neighbors|GDN|int 0 2|0
        innodb_flush_sync|GDN|bool|ON
        innodb_flushing_avg_loops|GDN|int 1 1000|30
        innodb_force_load_corrupted|G-Nn|bool|OFF
        innodb_force_recovery|G-N|int 0 6|0
        innodb_fsync_threshold|GDN|int 0 18446744073709551615|0
        innodb_ft_aux_table|GDN|string|
        innodb_ft_cache_size|G-N|int 1600000 80000000|8000000
        innodb_ft_enable_diag_print|GDN|bool|OFF
        innodb_ft_enable_stopword|BDN|bool|ON
        innodb_ft_max_token_size|G-N|int 10 84|84
        innodb_ft_min_token_size|G-N|int 0 16|3
        innodb_ft_num_word_optimize|GDN|int 1000 10000|2000
        innodb_ft_result_cache_limit|GDN|int 1000000 4294967295|2000000000
        innodb_ft_server_stopword_table|GDN|string|
        innodb_ft_sort_pll_degree|G-N|int 1 16|2
        innodb_ft_total_cache_size|G-N|int 32000000 1600000000|640000000
        innodb_ft_user_stopword_table|BDN|string|
        innodb_idle_flush_pct|GDN|int 0 100|100
        innodb_io_capacity|GDN|int 100 4294967295|10000
        innodb_io_capacity_max|GDN|int 100 4294967295|20000
        innodb_lock_wait_timeout|BDL|int 1 1073741824|50
        innodb_log_buffer_size|GDN|int 262144 4294967295|67108864
        innodb_log_checksums|GDN|bool|ON
        innodb_log_compressed_pages|GDN|bool|ON
        innodb_log_group_home_dir|G-Nn|string|./
        innodb_log_spin_cpu_abs_lwm|GDN|int 0 4294967295|80
        innodb_log_spin_cpu_pct_hwm|GDN|int 0 100|50
        innodb_log_wait_for_flush_spin_hwm|GDN|int 0 4294967295|400
        innodb_log_write_ahead_size|GDN|int 512 16384|8192
        innodb_log_writer_threads|GDN|string|OFF
        innodb_lru_scan_depth|GDN|int 100 4294967295|1024
        innodb_max_dirty_pages_pct|GDN|real 0 99|90.000000
        innodb_max_dirty_pages_pct_lwm|GDN|real 0 99|10.000000
        innodb_max_purge_lag|GDN|int 0 4294967295|0
        innodb_max_purge_lag_delay|GDN|int 0 10000000|0
        innodb_max_undo_log_size|GDN|int 10485760 18446744073709551615|1073741824
        innodb_monitor_disable|GDN|string|
        innodb_monitor_enable|GDN|string|
        innodb_monitor_reset|GDN|string|
        innodb_monitor_reset_all|GDN|string|
        innodb_native_foreign_keys|G-N|bool|OFF
        innodb_numa_interleave|G-N|bool|ON
        innodb_old_blocks_pct|GDN|int 5 95|37
        innodb_old_blocks_time|GDN|int 0 4294967295|1000
        innodb_online_alter_log_max_size|GDN|int 65536 18446744073709551615|134217728
        innodb_open_files|G-N|int 0 2147483647|4000
        innodb_optimize_fulltext_only|GDN|bool|OFF
        innodb_page_cleaners|G-N|int 1 64|1
        innodb_page_size|G-Nn|int 4096 65536|16384
        innodb_parallel_read_threads|BDN|int 1 256|4
        innodb_print_all_deadlocks|GDN|bool|OFF
        innodb_print_ddl_logs|GDN|bool|OFF
        innodb_purge_batch_size|GDN|int 1 5000|300
        innodb_purge_rseg_truncate_frequency|GDN|int 1 128|128
        innodb_purge_threads|G-N|int 1 32|1
        innodb_random_read_ahead|GDN|bool|OFF
        innodb_read_ahead_threshold|GDN|int 0 64|56
        innodb_read_io_threads|G-N|int 1 64|4
        innodb_read_only|G-Nn|bool|OFF
        innodb_redo_log_archive_dirs|GDN|string|
        innodb_redo_log_capacity|GDN|int 8388608 549755813888|104857600
        innodb_redo_log_encrypt|GDN|bool|OFF
        innodb_replication_delay|GDN|int 0 4294967295|0
        innodb_rollback_on_timeout|G-N|bool|OFF
        innodb_rollback_segments|GDN|int 1 128|128
        innodb_segment_reserve_factor|GDN|real 0 40|12.500000
        innodb_snapshot_isolation|BDL|bool|OFF
        innodb_sort_buffer_size|G-N|int 65536 67108864|1048576
        innodb_spin_wait_delay|GDN|int 0 1000|6
        innodb_spin_wait_pause_multiplier|GDN|int 0 100|50
        innodb_stats_auto_recalc|GDN|bool|ON
        innodb_stats_include_delete_marked|GDN|bool|OFF
        innodb_stats_method|GDN|string|nulls_equal
        innodb_stats_on_metadata|GDN|bool|OFF
        innodb_stats_persistent|GDN|bool|ON
        innodb_stats_persistent_sample_pages|GDN|int 1 18446744073709551615|20
        innodb_stats_transient_sample_pages|GDN|int 1 18446744073709551615|8
        innodb_status_output|GDN|bool|OFF
        innodb_status_output_locks|GDN|bool|OFF
        innodb_strict_mode|BDN|bool|ON
        innodb_sync_array_size|G-N|int 1 1024|1
        innodb_sync_spin_loops|GDN|int 0 4294967295|30
        innodb_table_locks|BDN|bool|ON
        innodb_temp_data_file_path|G-Nn|string|ibtmp1:12M:autoextend
        innodb_temp_tablespaces_dir|G-Nn|string|./#innodb_temp/
        innodb_thread_concurrency|GDN|int 0 1000|0
        innodb_thread_sleep_delay|GDN|int 0 1000000|10000
        innodb_tmpdir|BDNf|string|
        innodb_undo_directory|G-Nn|string|./
        innodb_undo_log_encrypt|GDN|bool|OFF
        innodb_undo_log_truncate|GDN|bool|ON
        innodb_use_fdatasync|GDN|bool|ON
        innodb_use_native_aio|G-N|bool|ON
        innodb_validate_tablespace_paths|G-N|bool|ON
        innodb_version|G-Nn|string|{dialect}
        innodb_write_io_threads|G-N|int 1 64|4
        insert_id|SDLd|int 0 18446744073709551615|0
        interactive_timeout|BDL|int 1 31536000|28800
        internal_tmp_mem_storage_engine|BDNV|enum MEMORY,TempTable|TempTable
        join_buffer_size|BDN|int 128 18446744073709551488|262144
        keep_files_on_create|BDN|bool|OFF
        key_buffer_size|GDN|int 0 18446744073709547520|8388608
        key_cache_age_threshold|GDN|int 100 18446744073709551600|300
        key_cache_block_size|GDN|int 512 16384|1024
        key_cache_division_limit|GDN|int 1 100|100
        keyring_operations|GDN|bool|ON
        large_files_support|G-Nn|bool|ON
        large_page_size|G-Nn|int 0 4294967295|0
        large_pages|G-N|bool|OFF
        last_insert_id|SDLd|int 0 18446744073709551615|0
        lc_messages|BDN|string|en_US
        lc_messages_dir|G-Nn|string|/usr/share/mysql/
        lc_time_names|BDL|string|en_US
        license|G-Nn|string|MIT
        local_infile|GDL|bool|OFF
        lock_wait_timeout|BDL|int 1 31536000|31536000
        locked_in_memory|G-Nn|bool|OFF
        log_bin|G-Nn|bool|ON
        log_bin_basename|G-Nn|string|
        log_bin_index|G-Nn|string|
        log_bin_trust_function_creators|GDN|bool|OFF
        log_error|G-Ln|string|stderr
        log_error_services|GDN|string|log_filter_internal; log_sink_internal
        log_error_suppression_list|GDN|string|
        log_error_verbosity|GDL|int 1 3|2
        log_output|GDP|set NONE,FILE,TABLE|FILE
        log_queries_not_using_indexes|GDN|bool|OFF
        log_raw|GDN|bool|OFF
        log_replica_updates|G-N|bool|ON
        log_slave_updates|G-N|bool|ON
        log_slow_admin_statements|GDN|bool|OFF
        log_slow_extra|GDN|bool|OFF
        log_slow_replica_statements|GDN|bool|OFF
        log_slow_slave_statements|GDN|bool|OFF
        log_statements_unsafe_for_binlog|GDN|bool|ON
        log_throttle_queries_not_using_indexes|GDN|int 0 18446744073709551615|0
        log_timestamps|GDN|enum UTC,SYSTEM|UTC
        long_query_time|BDP|real 0 4719230590769954816|10.000000
        low_priority_updates|BDNV|bool|OFF
        lower_case_file_system|G-Nn|bool|OFF
        lower_case_table_names|G-N|int 0 2|0
        mandatory_roles|GDLo|string|
        master_info_repository|GDN|enum FILE,TABLE|TABLE
        master_verify_checksum|GDN|bool|OFF
        max_allowed_packet|BDL|int 1024 1073741824|67108864
        max_binlog_cache_size|GDL|int 4096 18446744073709547520|18446744073709547520
        max_binlog_size|GDL|int 4096 1073741824|1073741824
        max_binlog_stmt_cache_size|GDN|int 4096 18446744073709547520|18446744073709547520
        max_connect_errors|GDL|int 1 18446744073709551615|100
        max_connections|GDL|int 1 100000|151
        max_delayed_threads|BDNV|int 0 16384|20
        max_digest_length|G-N|int 0 1048576|1024
        max_error_count|BDLV|int 0 65535|1024
        max_execution_time|BDL|int 0 18446744073709551615|0
        max_heap_table_size|BDL|int 16384 18446744073709550592|16777216
        max_insert_delayed_threads|BDNV|int 0 16384|20
        max_join_size|BDN|int 1 18446744073709551615|18446744073709551615
        max_length_for_sort_data|BDN|int 4 8388608|4096
        max_points_in_geometry|BDN|int 3 1048576|65536
        max_prepared_stmt_count|GDL|int 0 4194304|16382
        max_relay_log_size|GDN|int 0 1073741824|0
        max_seeks_for_key|BDN|int 1 18446744073709551615|18446744073709551615
        max_sort_length|BDN|int 4 8388608|1024
        max_sp_recursion_depth|BDN|int 0 255|0
        max_user_connections|BDL|int 0 4294967295|0
        max_write_lock_count|GDN|int 1 18446744073709551615|18446744073709551615
        min_examined_row_limit|BDNV|int 0 18446744073709551615|0
        myisam_data_pointer_size|GDN|int 2 7|6
        myisam_max_sort_file_size|GDN|int 0 9223372036854775807|9223372036853727232
        myisam_mmap_size|G-N|int 7 18446744073709551615|18446744073709551615
        myisam_recover_options|G-N|string|OFF
        myisam_sort_buffer_size|BDN|int 4096 18446744073709551615|8388608
        myisam_stats_method|BDN|string|nulls_unequal
        myisam_use_mmap|GDN|bool|OFF
        net_buffer_length|BDN|int 1024 1048576|16384
        net_read_timeout|BDL|int 1 31536000|30
        net_retry_count|BDN|int 1 18446744073709551615|10
        net_write_timeout|BDL|int 1 31536000|60
        ngram_token_size|G-N|int 1 10|2
        offline_mode|GDLc|bool|OFF
        old_alter_table|BDN|bool|OFF
        open_files_limit|G-N|int 0 4294967295|1048576
        optimizer_max_subgraph_pairs|BDN|int 1 2147483647|100000
        optimizer_prune_level|BDN|int 0 1|1
        optimizer_search_depth|BDN|int 0 62|62
        optimizer_switch|BDN|string|index_merge=on,index_merge_union=on,index_merge_sort_union=on,index_merge_intersection=on,engine_condition_pushdown=on,index_condition_pushdown=on,mrr=on,mrr_cost_based=on,block_nested_loop=on,batched_key_access=off,materialization=on,semijoin=on,loosescan=on,firstmatch=on,duplicateweedout=on,subquery_materialization_cost_based=on,use_index_extensions=on,condition_fanout_filter=on,derived_merge=on,use_invisible_indexes=off,skip_scan=on,hash_join=on,subquery_to_derived=off,prefer_ordering_index=on,hypergraph_optimizer=off,derived_condition_pushdown=on,hash_set_operations=on
        optimizer_trace|BDN|string|enabled=off,one_line=off
        optimizer_trace_features|BDN|string|greedy_search=on,range_optimizer=on,dynamic_range=on,repeated_subselect=on
        optimizer_trace_limit|BDN|int 0 9223372036854775807|1
        optimizer_trace_max_mem_size|BDN|int 0 18446744073709551615|1048576
        optimizer_trace_offset|BDN|int -9223372036854775808 9223372036854775807|-1
        original_commit_timestamp|SDNR|int 0 36028797018963968|36028797018963968
        original_server_version|SDNR|int 0 999999|999999
        parser_max_mem_size|BDN|int 10000000 18446744073709551615|18446744073709551615
        partial_revokes|GDL|bool|OFF
        password_history|GDL|int 0 4294967295|0
        password_require_current|GDL|bool|OFF
        password_reuse_interval|GDL|int 0 4294967295|0
        performance_schema|G-N|bool|ON
        performance_schema_accounts_size|G-N|int -1 1048576|-1
        performance_schema_digests_size|G-N|int -1 1048576|10000
        performance_schema_error_size|G-N|int 0 1048576|5814
        performance_schema_events_stages_history_long_size|G-N|int -1 1048576|10000
        performance_schema_events_stages_history_size|G-N|int -1 1024|10
        performance_schema_events_statements_history_long_size|G-N|int -1 1048576|10000
        performance_schema_events_statements_history_size|G-N|int -1 1024|10
        performance_schema_events_transactions_history_long_size|G-N|int -1 1048576|10000
        performance_schema_events_transactions_history_size|G-N|int -1 1024|10
        performance_schema_events_waits_history_long_size|G-N|int -1 1048576|10000
        performance_schema_events_waits_history_size|G-N|int -1 1024|10
        performance_schema_hosts_size|G-N|int -1 1048576|-1
        performance_schema_max_cond_classes|G-N|int 0 1024|150
        performance_schema_max_cond_instances|G-N|int -1 1048576|-1
        performance_schema_max_digest_length|G-N|int 0 1048576|1024
        performance_schema_max_digest_sample_age|GDN|int 0 1048576|60
        performance_schema_max_file_classes|G-N|int 0 1024|80
        performance_schema_max_file_handles|G-N|int 0 1048576|32768
        performance_schema_max_file_instances|G-N|int -1 1048576|-1
        performance_schema_max_index_stat|G-N|int -1 1048576|-1
        performance_schema_max_logger_classes|G-N|int 0 200|80
        performance_schema_max_memory_classes|G-N|int 0 1024|470
        performance_schema_max_metadata_locks|G-N|int -1 104857600|-1
        performance_schema_max_meter_classes|G-N|int 0 64|30
        performance_schema_max_metric_classes|G-N|int 0 11000|600
        performance_schema_max_mutex_classes|G-N|int 0 1024|350
        performance_schema_max_mutex_instances|G-N|int -1 104857600|-1
        performance_schema_max_prepared_statements_instances|G-N|int -1 4194304|-1
        performance_schema_max_program_instances|G-N|int -1 1048576|-1
        performance_schema_max_rwlock_classes|G-N|int 0 1024|100
        performance_schema_max_rwlock_instances|G-N|int -1 104857600|-1
        performance_schema_max_socket_classes|G-N|int 0 1024|10
        performance_schema_max_socket_instances|G-N|int -1 1048576|-1
        performance_schema_max_sql_text_length|G-N|int 0 1048576|1024
        performance_schema_max_stage_classes|G-N|int 0 1024|175
        performance_schema_max_statement_classes|G-N|int 0 256|234
        performance_schema_max_statement_stack|G-N|int 1 256|10
        performance_schema_max_table_handles|G-N|int -1 1048576|-1
        performance_schema_max_table_instances|G-N|int -1 1048576|-1
        performance_schema_max_table_lock_stat|G-N|int -1 1048576|-1
        performance_schema_max_thread_classes|G-N|int 0 1024|100
        performance_schema_max_thread_instances|G-N|int -1 1048576|-1
        performance_schema_session_connect_attrs_size|G-N|int -1 1048576|512
        performance_schema_setup_actors_size|G-N|int -1 1048576|-1
        performance_schema_setup_objects_size|G-N|int -1 1048576|-1
        performance_schema_show_processlist|GDN|bool|OFF
        performance_schema_users_size|G-N|int -1 1048576|-1
        persist_only_admin_x509_subject|G-Nn|string|
        persist_sensitive_variables_in_plaintext|G-Nn|bool|ON
        persisted_globals_load|G-Nn|bool|ON
        pid_file|G-Ln|string|
        plugin_dir|G-Nn|string|/usr/lib/mysql/plugin/
        port|G-Ln|int 0 65535|3306
        preload_buffer_size|BDNV|int 1024 1073741824|32768
        print_identified_with_as_hex|BDN|bool|OFF
        profiling|BDN|bool|OFF
        profiling_history_size|BDN|int 0 100|15
        protocol_compression_algorithms|GDN|string|zlib,zstd,uncompressed
        protocol_version|G-Nn|int 0 4294967295|10
        proxy_user|S-N|string|
        pseudo_replica_mode|SDNR|bool|OFF
        pseudo_slave_mode|SDNR|bool|OFF
        pseudo_thread_id|SDLA|int 0 4294967295|0
        query_alloc_block_size|BDN|int 1024 4294966272|8192
        query_prealloc_size|BDN|int 8192 18446744073709550592|8192
        rand_seed1|SDLd|int 0 18446744073709551615|0
        rand_seed2|SDLd|int 0 18446744073709551615|0
        range_alloc_block_size|BDN|int 4096 4294966272|4096
        range_optimizer_max_mem_size|BDN|int 0 18446744073709551615|8388608
        rbr_exec_mode|BDN|enum STRICT,IDEMPOTENT|STRICT
        read_buffer_size|BDN|int 8192 2147479552|131072
        read_only|GDL|bool|OFF
        read_rnd_buffer_size|BDN|int 1 2147483647|262144
        regexp_stack_limit|GDL|int 0 2147483647|8000000
        regexp_time_limit|GDL|int 0 2147483647|32
        relay_log|G-Nn|string|
        relay_log_basename|G-Nn|string|
        relay_log_index|G-Nn|string|
        relay_log_info_repository|GDN|enum FILE,TABLE|TABLE
        relay_log_purge|GDN|bool|ON
        relay_log_recovery|G-N|bool|OFF
        relay_log_space_limit|G-N|int 0 18446744073709551615|0
        replica_allow_batching|GDN|bool|ON
        replica_allow_higher_version_source|GDNh|bool|ON
        replica_checkpoint_group|GDN|int 32 524280|512
        replica_checkpoint_period|GDN|int 1 4294967295|300
        replica_compressed_protocol|GDN|bool|OFF
        replica_exec_mode|GDN|enum STRICT,IDEMPOTENT|STRICT
        replica_load_tmpdir|G-Nn|string|/tmp
        replica_max_allowed_packet|GDN|int 1024 1073741824|1073741824
        replica_net_timeout|GDN|int 1 31536000|60
        replica_parallel_workers|GDN|int 1 1024|4
        replica_pending_jobs_size_max|GDN|int 1024 18446744073709550592|134217728
        replica_preserve_commit_order|GDN|bool|ON
        replica_skip_errors|G-N|string|OFF
        replica_sql_verify_checksum|GDN|bool|ON
        replica_transaction_retries|GDN|int 0 18446744073709551615|10
        replica_type_conversions|GDN|set ALL_LOSSY,ALL_NON_LOSSY,ALL_UNSIGNED,ALL_SIGNED|
        replication_optimize_for_static_plugin_config|GDN|bool|OFF
        replication_sender_observe_commit_only|GDN|bool|OFF
        report_host|G-L|string|\\N
        report_password|G-N|string|
        report_port|G-L|int 0 65535|0
        report_user|G-N|string|
        require_row_format|SDNw|bool|OFF
        require_secure_transport|GDL|bool|OFF
        restrict_fk_on_non_standard_key|BDN|bool|ON
        resultset_metadata|SDN|enum NONE,FULL|FULL
        rpl_read_size|GDN|int 8192 18446744073709547520|8192
        rpl_stop_replica_timeout|GDN|int 2 31536000|31536000
        rpl_stop_slave_timeout|GDN|int 2 31536000|31536000
        schema_definition_cache|GDN|int 256 524288|256
        secondary_engine_cost_threshold|BDN|real 0 9218868437227405311|100000.000000
        secure_file_priv|G-Ln|string|/var/lib/mysql-files/
        select_into_buffer_size|BDNV|int 8192 2147479552|131072
        select_into_disk_sync|BDN|bool|OFF
        select_into_disk_sync_delay|BDNV|int 0 31536000|0
        server_id|GDL|int 0 4294967295|1
        server_id_bits|GDN|int 0 32|32
        server_memory|G-Nn|int 0 18446744073709551615|0
        server_uuid|G-Nn|string|
        session_track_gtids|BDL|enum OFF,OWN_GTID,ALL_GTIDS|OFF
        session_track_schema|BDL|bool|ON
        session_track_state_change|BDL|bool|OFF
        session_track_system_variables|BDL|string|time_zone,autocommit,character_set_client,character_set_results,character_set_connection
        session_track_transaction_info|BDL|enum OFF,STATE,CHARACTERISTICS|OFF
        set_operations_buffer_size|BDN|int 16384 18446744073709550592|262144
        sha256_password_auto_generate_rsa_keys|G-Nn|bool|ON
        sha256_password_private_key_path|G-Nn|string|private_key.pem
        sha256_password_proxy_users|GDL|bool|OFF
        sha256_password_public_key_path|G-Nn|string|public_key.pem
        show_create_table_skip_secondary_engine|SDN|bool|OFF
        show_create_table_verbosity|BDL|bool|OFF
        show_gipk_in_create_table_and_information_schema|BDN|bool|ON
        skip_external_locking|G-Nn|bool|ON
        skip_name_resolve|G-L|bool|OFF
        skip_networking|G-Ln|bool|OFF
        skip_replica_start|G-N|bool|OFF
        skip_show_database|G-N|bool|OFF
        skip_slave_start|G-N|bool|OFF
        slave_allow_batching|GDN|bool|ON
        slave_checkpoint_group|GDN|int 32 524280|512
        slave_checkpoint_period|GDN|int 1 4294967295|300
        slave_compressed_protocol|GDN|bool|OFF
        slave_exec_mode|GDN|enum STRICT,IDEMPOTENT|STRICT
        slave_load_tmpdir|G-Nn|string|/tmp
        slave_max_allowed_packet|GDN|int 1024 1073741824|1073741824
        slave_net_timeout|GDN|int 1 31536000|60
        slave_parallel_type|GDN|enum DATABASE,LOGICAL_CLOCK|LOGICAL_CLOCK
        slave_parallel_workers|GDN|int 1 1024|4
        slave_pending_jobs_size_max|GDN|int 1024 18446744073709550592|134217728
        slave_preserve_commit_order|GDN|bool|ON
        slave_skip_errors|G-N|string|OFF
        slave_sql_verify_checksum|GDN|bool|ON
        slave_transaction_retries|GDN|int 0 18446744073709551615|10
        slave_type_conversions|GDN|set ALL_LOSSY,ALL_NON_LOSSY,ALL_UNSIGNED,ALL_SIGNED|
        slow_launch_time|GDN|int 0 31536000|2
        slow_query_log|GDP|bool|OFF
        slow_query_log_file|GDN|string|
        socket|G-Ln|string|
        sort_buffer_size|BDN|int 32768 18446744073709551615|262144
        source_verify_checksum|GDN|bool|OFF
        sql_auto_is_null|BDL|bool|OFF
        sql_big_selects|BDN|bool|ON
        sql_buffer_result|BDN|bool|OFF
        sql_generate_invisible_primary_key|BDLA|bool|OFF
        sql_log_bin|SDLA|bool|ON
        sql_log_off|BDNA|bool|OFF
        sql_mode|BDL|set REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,NOT_USED,ONLY_FULL_GROUP_BY,NO_UNSIGNED_SUBTRACTION,NO_DIR_IN_CREATE,NOT_USED_9,NOT_USED_10,NOT_USED_11,NOT_USED_12,NOT_USED_13,NOT_USED_14,NOT_USED_15,NOT_USED_16,NOT_USED_17,NOT_USED_18,ANSI,NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ALLOW_INVALID_DATES,ERROR_FOR_DIVISION_BY_ZERO,TRADITIONAL,NOT_USED_29,HIGH_NOT_PRECEDENCE,NO_ENGINE_SUBSTITUTION,PAD_CHAR_TO_FULL_LENGTH,TIME_TRUNCATE_FRACTIONAL|ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION
        sql_notes|BDL|bool|ON
        sql_quote_show_create|BDL|bool|ON
        sql_replica_skip_counter|GDN|int 0 4294967295|0
        sql_require_primary_key|BDLA|bool|OFF
        sql_safe_updates|BDL|bool|OFF
        sql_select_limit|BDL|int 0 18446744073709551615|18446744073709551615
        sql_slave_skip_counter|GDN|int 0 4294967295|0
        sql_warnings|BDL|bool|OFF
        ssl_ca|GDL|string|ca.pem
        ssl_capath|GDL|string|
        ssl_cert|GDL|string|server-cert.pem
        ssl_cipher|GDL|string|
        ssl_crl|GDL|string|
        ssl_crlpath|GDL|string|
        ssl_fips_mode|G-N|enum OFF,ON,STRICT|OFF
        ssl_key|GDL|string|server-key.pem
        ssl_session_cache_mode|GDN|bool|ON
        ssl_session_cache_timeout|GDN|int 0 86400|300
        statement_id|S-N|int 0 9223372036854775807|22
        stored_program_cache|GDN|int 16 524288|256
        stored_program_definition_cache|GDN|int 256 524288|256
        super_read_only|GDL|bool|OFF
        sync_binlog|GDN|int 0 4294967295|1
        sync_master_info|GDN|int 0 4294967295|10000
        sync_relay_log|GDN|int 0 4294967295|10000
        sync_relay_log_info|GDN|int 0 4294967295|10000
        sync_source_info|GDN|int 0 4294967295|10000
        system_time_zone|G-Nn|string|UTC
        table_definition_cache|GDN|int 400 524288|2000
        table_encryption_privilege_check|GDNu|bool|OFF
        table_open_cache|GDN|int 1 524288|4000
        table_open_cache_instances|G-N|int 1 64|16
        table_open_cache_triggers|GDN|int 1 524288|524288
        tablespace_definition_cache|GDN|int 256 524288|256
        temptable_max_mmap|GDN|int 0 18446744073709551615|0
        temptable_max_ram|GDN|int 2097152 18446744073709551615|1073741824
        terminology_use_previous|BDN|enum NONE,BEFORE_8_0_26,BEFORE_8_2_0|NONE
        thread_cache_size|GDN|int 0 16384|9
        thread_handling|G-N|enum one-thread-per-connection,no-threads,loaded-dynamically|one-thread-per-connection
        thread_stack|G-N|int 131072 18446744073709550592|1048576
        time_zone|BDL|string|SYSTEM
        timestamp|SDL|real 0 2147483647|0
        tls_certificates_enforced_validation|G-Nn|bool|OFF
        tls_ciphersuites|GDL|string|
        tls_version|GDL|string|TLSv1.2,TLSv1.3
        tmp_table_size|BDL|int 1024 18446744073709551615|16777216
        tmpdir|G-Ln|string|/tmp
        transaction_alloc_block_size|BDN|int 1024 131072|8192
        transaction_allow_batching|SDN|bool|OFF
        transaction_isolation|BDL|enum READ-UNCOMMITTED,READ-COMMITTED,REPEATABLE-READ,SERIALIZABLE|REPEATABLE-READ
        transaction_prealloc_size|BDN|int 1024 131072|4096
        transaction_read_only|BDL|bool|OFF
        transaction_write_set_extraction|BDN|enum OFF,MURMUR32,XXHASH64|XXHASH64
        unique_checks|BDL|bool|ON
        updatable_views_with_limit|BDN|enum NO,YES|YES
        use_secondary_engine|SDN|enum OFF,ON,FORCED|ON
        validate_password.changed_characters_percentage|GDL|int 0 100|0
        validate_password.check_user_name|GDL|bool|ON
        validate_password.dictionary_file|GDL|string|
        validate_password.length|GDL|int 0 2147483647|8
        validate_password.mixed_case_count|GDL|int 0 2147483647|1
        validate_password.number_count|GDL|int 0 2147483647|1
        validate_password.policy|GDL|enum LOW,MEDIUM,STRONG|MEDIUM
        validate_password.special_char_count|GDL|int 0 2147483647|1
        version|G-Nn|string|{server}
        version_comment|G-Nn|string|GroupLite
        version_compile_machine|G-Nn|string|x86_64
        version_compile_os|G-Nn|string|Linux
        version_compile_zlib|G-Nn|string|1.3.2
        version_with_update|G-Nn|string|{dialect}.0-grouplite
        wait_timeout|BDL|int 1 31536000|28800
        warning_count|S-N|int 0 18446744073709551615|0
        windowing_use_high_precision|BDN|bool|ON
        xa_detach_on_prepare|BDNA|bool|ON
        """
}
