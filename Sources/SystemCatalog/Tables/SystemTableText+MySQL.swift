/// Columns of the mysql schema.
extension SystemTableText {
    // swift-format-ignore: one column, one line
    package static let mysql: StaticString = #"""
        #columns_priv|Column privileges
        Host|char(255)|N|ascii_general_ci|PRI|=
        Db|char(64)|N|utf8mb3_bin|PRI|=
        User|char(32)|N|utf8mb3_bin|PRI|=
        Table_name|char(64)|N|utf8mb3_bin|PRI|=
        Column_name|char(64)|N|utf8mb3_bin|PRI|=
        Timestamp|timestamp|N|||=CURRENT_TIMESTAMP
        Column_priv|set('Select','Insert','Update','References')|N|utf8mb3_general_ci||=
        #component|Components
        component_id|int unsigned|N||PRI|
        component_group_id|int unsigned|N|||
        component_urn|text|N|utf8mb3_general_ci||
        #db|Database privileges
        Host|char(255)|N|ascii_general_ci|PRI|=
        Db|char(64)|N|utf8mb3_bin|PRI|=
        User|char(32)|N|utf8mb3_bin|PRI|=
        Select_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Insert_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Update_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Delete_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Drop_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Grant_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        References_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Index_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Alter_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_tmp_table_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Lock_tables_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_view_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Show_view_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_routine_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Alter_routine_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Execute_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Event_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Trigger_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        #default_roles|Default roles
        HOST|char(255)|N|ascii_general_ci|PRI|=
        USER|char(32)|N|utf8mb3_bin|PRI|=
        DEFAULT_ROLE_HOST|char(255)|N|ascii_general_ci|PRI|=%
        DEFAULT_ROLE_USER|char(32)|N|utf8mb3_bin|PRI|=
        #func|User defined functions
        name|char(64)|N|utf8mb3_bin|PRI|=
        ret|tinyint|N|||=0
        dl|char(128)|N|utf8mb3_bin||=
        type|enum('function','aggregate')|N|utf8mb3_general_ci||
        #general_log|General log
        event_time|timestamp(6)|N|||=CURRENT_TIMESTAMP(6)
        user_host|mediumtext|N|utf8mb3_general_ci||
        thread_id|bigint unsigned|N|||
        server_id|int unsigned|N|||
        command_type|varchar(64)|N|utf8mb3_general_ci||
        argument|mediumblob|N|||
        #global_grants|Extended global grants
        USER|char(32)|N|utf8mb3_bin|PRI|=
        HOST|char(255)|N|ascii_general_ci|PRI|=
        PRIV|char(32)|N|utf8mb3_general_ci|PRI|=
        WITH_GRANT_OPTION|enum('N','Y')|N|utf8mb3_general_ci||=N
        #gtid_executed|
        source_uuid|char(36)|N|utf8mb4_0900_ai_ci|PRI|
        interval_start|bigint|N||PRI|
        interval_end|bigint|N|||
        gtid_tag|char(32)|N|utf8mb4_0900_ai_ci|PRI|
        #help_category|help categories
        help_category_id|smallint unsigned|N||PRI|
        name|char(64)|N|utf8mb3_general_ci|UNI|
        parent_category_id|smallint unsigned|Y|||
        url|text|N|utf8mb3_general_ci||
        #help_keyword|help keywords
        help_keyword_id|int unsigned|N||PRI|
        name|char(64)|N|utf8mb3_general_ci|UNI|
        #help_relation|keyword-topic relation
        help_topic_id|int unsigned|N||PRI|
        help_keyword_id|int unsigned|N||PRI|
        #help_topic|help topics
        help_topic_id|int unsigned|N||PRI|
        name|char(64)|N|utf8mb3_general_ci|UNI|
        help_category_id|smallint unsigned|N|||
        description|text|N|utf8mb3_general_ci||
        example|text|N|utf8mb3_general_ci||
        url|text|N|utf8mb3_general_ci||
        #innodb_index_stats|
        database_name|varchar(64)|N|utf8mb3_bin|PRI|
        table_name|varchar(199)|N|utf8mb3_bin|PRI|
        index_name|varchar(64)|N|utf8mb3_bin|PRI|
        last_update|timestamp|N|||=CURRENT_TIMESTAMP
        stat_name|varchar(64)|N|utf8mb3_bin|PRI|
        stat_value|bigint unsigned|N|||
        sample_size|bigint unsigned|Y|||
        stat_description|varchar(1024)|N|utf8mb3_bin||
        #innodb_table_stats|
        database_name|varchar(64)|N|utf8mb3_bin|PRI|
        table_name|varchar(199)|N|utf8mb3_bin|PRI|
        last_update|timestamp|N|||=CURRENT_TIMESTAMP
        n_rows|bigint unsigned|N|||
        clustered_index_size|bigint unsigned|N|||
        sum_of_other_index_sizes|bigint unsigned|N|||
        #password_history|Password history for user accounts
        Host|char(255)|N|ascii_general_ci|PRI|=
        User|char(32)|N|utf8mb3_bin|PRI|=
        Password_timestamp|timestamp(6)|N||PRI|=CURRENT_TIMESTAMP(6)
        Password|text|Y|utf8mb3_bin||
        #plugin|MySQL plugins
        name|varchar(64)|N|utf8mb3_general_ci|PRI|=
        dl|varchar(128)|N|utf8mb3_general_ci||=
        #procs_priv|Procedure privileges
        Host|char(255)|N|ascii_general_ci|PRI|=
        Db|char(64)|N|utf8mb3_bin|PRI|=
        User|char(32)|N|utf8mb3_bin|PRI|=
        Routine_name|char(64)|N|utf8mb3_general_ci|PRI|=
        Routine_type|enum('FUNCTION','PROCEDURE','LIBRARY')|N|utf8mb3_bin|PRI|
        Grantor|varchar(288)|N|utf8mb3_bin|MUL|=
        Proc_priv|set('Execute','Alter Routine','Grant')|N|utf8mb3_general_ci||=
        Timestamp|timestamp|N|||=CURRENT_TIMESTAMP
        #proxies_priv|User proxy privileges
        Host|char(255)|N|ascii_general_ci|PRI|=
        User|char(32)|N|utf8mb3_bin|PRI|=
        Proxied_host|char(255)|N|ascii_general_ci|PRI|=
        Proxied_user|char(32)|N|utf8mb3_bin|PRI|=
        With_grant|tinyint(1)|N|||=0
        Grantor|varchar(288)|N|utf8mb3_bin|MUL|=
        Timestamp|timestamp|N|||=CURRENT_TIMESTAMP
        #replication_asynchronous_connection_failover|The source configuration details
        Channel_name|char(64)|N|utf8mb3_general_ci|PRI|
        Host|char(255)|N|ascii_general_ci|PRI|
        Port|int unsigned|N||PRI|
        Network_namespace|char(64)|N|utf8mb3_general_ci|PRI|
        Weight|tinyint unsigned|N|||
        Managed_name|char(64)|N|utf8mb3_general_ci|PRI|=
        #replication_asynchronous_connection_failover_managed|The managed source configuration details
        Channel_name|char(64)|N|utf8mb3_general_ci|PRI|
        Managed_name|char(64)|N|utf8mb3_general_ci|PRI|=
        Managed_type|char(64)|N|utf8mb3_general_ci||=
        Configuration|json|Y|||
        #replication_group_configuration_version|The group configuration version.
        name|char(255)|N|ascii_general_ci|PRI|
        version|bigint unsigned|N|||
        #replication_group_member_actions|The member actions configuration.
        name|char(255)|N|ascii_general_ci|PRI|
        event|char(64)|N|ascii_general_ci|PRI|
        enabled|tinyint(1)|N|||
        type|char(64)|N|ascii_general_ci||
        priority|tinyint unsigned|N|||
        error_handling|char(64)|N|ascii_general_ci||
        #role_edges|Role hierarchy and role grants
        FROM_HOST|char(255)|N|ascii_general_ci|PRI|=
        FROM_USER|char(32)|N|utf8mb3_bin|PRI|=
        TO_HOST|char(255)|N|ascii_general_ci|PRI|=
        TO_USER|char(32)|N|utf8mb3_bin|PRI|=
        WITH_ADMIN_OPTION|enum('N','Y')|N|utf8mb3_general_ci||=N
        #servers|MySQL Foreign Servers table
        Server_name|char(64)|N|utf8mb3_general_ci|PRI|=
        Host|char(255)|N|ascii_general_ci||=
        Db|char(64)|N|utf8mb3_general_ci||=
        Username|char(64)|N|utf8mb3_general_ci||=
        Password|char(64)|N|utf8mb3_general_ci||=
        Port|int|N|||=0
        Socket|char(64)|N|utf8mb3_general_ci||=
        Wrapper|char(64)|N|utf8mb3_general_ci||=
        Owner|char(64)|N|utf8mb3_general_ci||=
        #slave_master_info|Master Information
        Number_of_lines|int unsigned|N|||
        Master_log_name|text|N|utf8mb3_bin||
        Master_log_pos|bigint unsigned|N|||
        Host|varchar(255)|Y|ascii_general_ci||
        User_name|text|Y|utf8mb3_bin||
        User_password|text|Y|utf8mb3_bin||
        Port|int unsigned|N|||
        Connect_retry|int unsigned|N|||
        Enabled_ssl|tinyint(1)|N|||
        Ssl_ca|text|Y|utf8mb3_bin||
        Ssl_capath|text|Y|utf8mb3_bin||
        Ssl_cert|text|Y|utf8mb3_bin||
        Ssl_cipher|text|Y|utf8mb3_bin||
        Ssl_key|text|Y|utf8mb3_bin||
        Ssl_verify_server_cert|tinyint(1)|N|||
        Heartbeat|float|N|||
        Bind|text|Y|utf8mb3_bin||
        Ignored_server_ids|text|Y|utf8mb3_bin||
        Uuid|text|Y|utf8mb3_bin||
        Retry_count|bigint unsigned|N|||
        Ssl_crl|text|Y|utf8mb3_bin||
        Ssl_crlpath|text|Y|utf8mb3_bin||
        Enabled_auto_position|tinyint(1)|N|||
        Channel_name|varchar(64)|N|utf8mb3_general_ci|PRI|
        Tls_version|text|Y|utf8mb3_bin||
        Public_key_path|text|Y|utf8mb3_bin||
        Get_public_key|tinyint(1)|N|||
        Network_namespace|text|Y|utf8mb3_bin||
        Master_compression_algorithm|varchar(64)|N|utf8mb3_bin||
        Master_zstd_compression_level|int unsigned|N|||
        Tls_ciphersuites|text|Y|utf8mb3_bin||
        Source_connection_auto_failover|tinyint(1)|N|||=0
        Gtid_only|tinyint(1)|N|||=0
        #slave_relay_log_info|Relay Log Information
        Number_of_lines|int unsigned|N|||
        Relay_log_name|text|Y|utf8mb3_bin||
        Relay_log_pos|bigint unsigned|Y|||
        Master_log_name|text|Y|utf8mb3_bin||
        Master_log_pos|bigint unsigned|Y|||
        Sql_delay|int|Y|||
        Number_of_workers|int unsigned|Y|||
        Id|int unsigned|Y|||
        Channel_name|varchar(64)|N|utf8mb3_general_ci|PRI|
        Privilege_checks_username|varchar(32)|Y|utf8mb3_bin||
        Privilege_checks_hostname|varchar(255)|Y|ascii_general_ci||
        Require_row_format|tinyint(1)|N|||
        Require_table_primary_key_check|enum('STREAM','ON','OFF','GENERATE')|N|utf8mb3_general_ci||=STREAM
        Assign_gtids_to_anonymous_transactions_type|enum('OFF','LOCAL','UUID')|N|utf8mb3_general_ci||=OFF
        Assign_gtids_to_anonymous_transactions_value|text|Y|utf8mb3_bin||
        #slave_worker_info|Worker Information
        Id|int unsigned|N||PRI|
        Relay_log_name|text|N|utf8mb3_bin||
        Relay_log_pos|bigint unsigned|N|||
        Master_log_name|text|N|utf8mb3_bin||
        Master_log_pos|bigint unsigned|N|||
        Checkpoint_relay_log_name|text|N|utf8mb3_bin||
        Checkpoint_relay_log_pos|bigint unsigned|N|||
        Checkpoint_master_log_name|text|N|utf8mb3_bin||
        Checkpoint_master_log_pos|bigint unsigned|N|||
        Checkpoint_seqno|int unsigned|N|||
        Checkpoint_group_size|int unsigned|N|||
        Checkpoint_group_bitmap|blob|N|||
        Channel_name|varchar(64)|N|utf8mb3_general_ci|PRI|
        #slow_log|Slow log
        start_time|timestamp(6)|N|||=CURRENT_TIMESTAMP(6)
        user_host|mediumtext|N|utf8mb3_general_ci||
        query_time|time(6)|N|||
        lock_time|time(6)|N|||
        rows_sent|int|N|||
        rows_examined|int|N|||
        db|varchar(512)|N|utf8mb3_general_ci||
        last_insert_id|int|N|||
        insert_id|int|N|||
        server_id|int unsigned|N|||
        sql_text|mediumblob|N|||
        thread_id|bigint unsigned|N|||
        #tables_priv|Table privileges
        Host|char(255)|N|ascii_general_ci|PRI|=
        Db|char(64)|N|utf8mb3_bin|PRI|=
        User|char(32)|N|utf8mb3_bin|PRI|=
        Table_name|char(64)|N|utf8mb3_bin|PRI|=
        Grantor|varchar(288)|N|utf8mb3_bin|MUL|=
        Timestamp|timestamp|N|||=CURRENT_TIMESTAMP
        Table_priv|set('Select','Insert','Update','Delete','Create','Drop','Grant','References','Index','Alter','Create View','Show view','Trigger')|N|utf8mb3_general_ci||=
        Column_priv|set('Select','Insert','Update','References')|N|utf8mb3_general_ci||=
        #time_zone|Time zones
        Time_zone_id|int unsigned|N||PRI|
        Use_leap_seconds|enum('Y','N')|N|utf8mb3_general_ci||=N
        #time_zone_leap_second|Leap seconds information for time zones
        Transition_time|bigint|N||PRI|
        Correction|int|N|||
        #time_zone_name|Time zone names
        Name|char(64)|N|utf8mb3_general_ci|PRI|
        Time_zone_id|int unsigned|N|||
        #time_zone_transition|Time zone transitions
        Time_zone_id|int unsigned|N||PRI|
        Transition_time|bigint|N||PRI|
        Transition_type_id|int unsigned|N|||
        #time_zone_transition_type|Time zone transition types
        Time_zone_id|int unsigned|N||PRI|
        Transition_type_id|int unsigned|N||PRI|
        Offset|int|N|||=0
        Is_DST|tinyint unsigned|N|||=0
        Abbreviation|char(8)|N|utf8mb3_general_ci||=
        #user|Users and global privileges
        Host|char(255)|N|ascii_general_ci|PRI|=
        User|char(32)|N|utf8mb3_bin|PRI|=
        Select_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Insert_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Update_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Delete_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Drop_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Reload_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Shutdown_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Process_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        File_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Grant_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        References_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Index_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Alter_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Show_db_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Super_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_tmp_table_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Lock_tables_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Execute_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Repl_slave_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Repl_client_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_view_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Show_view_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_routine_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Alter_routine_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_user_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Event_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Trigger_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_tablespace_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        ssl_type|enum('','ANY','X509','SPECIFIED')|N|utf8mb3_general_ci||=
        ssl_cipher|blob|N|||
        x509_issuer|blob|N|||
        x509_subject|blob|N|||
        max_questions|int unsigned|N|||=0
        max_updates|int unsigned|N|||=0
        max_connections|int unsigned|N|||=0
        max_user_connections|int unsigned|N|||=0
        plugin|char(64)|N|utf8mb3_bin||=caching_sha2_password
        authentication_string|text|Y|utf8mb3_bin||
        password_expired|enum('N','Y')|N|utf8mb3_general_ci||=N
        password_last_changed|timestamp|Y|||
        password_lifetime|smallint unsigned|Y|||
        account_locked|enum('N','Y')|N|utf8mb3_general_ci||=N
        Create_role_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Drop_role_priv|enum('N','Y')|N|utf8mb3_general_ci||=N
        Password_reuse_history|smallint unsigned|Y|||
        Password_reuse_time|smallint unsigned|Y|||
        Password_require_current|enum('N','Y')|Y|utf8mb3_general_ci||
        User_attributes|json|Y|||
        """#
}
