import GroupReplication
import Network
import Platform
import SQLEngine
import SystemCatalog

extension GroupReplicationConfiguration {
    /// What the system variables say now. `port` is where the server listens: `report_port` is that unless given.
    init(
        variables: GlobalVariables, serverUUID: UUID, stateDirectory: String, hostName: String, holdsSecret: Bool
    ) {
        self.init()
        self.serverUUID = serverUUID
        self.stateDirectory = stateDirectory
        serverID = UInt32(clamping: variables.number("server_id"))
        let reported = variables.text("report_host")
        reportHost = reported.isEmpty ? hostName : reported
        let port = variables.number("report_port")
        reportPort = UInt16(clamping: port == 0 ? variables.number("port") : port)
        serverVersion = variables.text("version")
        lowerCaseTableNames = Int(clamping: variables.number("lower_case_table_names"))
        defaultTableEncryption = variables.isOn("default_table_encryption")
        gtidModeOn = variables.text("gtid_mode") == "ON"
        binlogFormat = variables.text("binlog_format")
        logsReplicaUpdates = variables.isOn("log_replica_updates")
        preservesCommitOrder =
            variables.isOn("replica_preserve_commit_order") || variables.number("replica_parallel_workers") <= 1
        listeningPorts = ["port", "admin_port"].map { UInt16(clamping: variables.number($0)) }

        func text(_ name: String) -> String { variables.text("group_replication_" + name) }
        func number(_ name: String) -> Int64 { Int64(clamping: variables.number("group_replication_" + name)) }
        func isOn(_ name: String) -> Bool { variables.isOn("group_replication_" + name) }
        groupName = text("group_name")
        localAddress = text("local_address")
        groupSeeds = text("group_seeds").split(separator: ",").map { seed in
            String(seed.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        bootstrapGroup = isOn("bootstrap_group")
        startOnBoot = isOn("start_on_boot")
        singlePrimaryMode = isOn("single_primary_mode")
        enforceUpdateEverywhereChecks = isOn("enforce_update_everywhere_checks")
        memberWeight = Int(number("member_weight"))
        gtidAssignmentBlockSize = number("gtid_assignment_block_size")
        viewChangeUUID = text("view_change_uuid")
        paxosSingleLeader = isOn("paxos_single_leader")
        collectsPreemptively = isOn("preemptive_garbage_collection")
        forceMembers = text("force_members")
        communicationStack = text("communication_stack")
        provesMembership = holdsSecret || text("ssl_mode").hasPrefix("VERIFY_")
        transactionSizeLimit = Int(number("transaction_size_limit"))
        consistency = ConsistencyLevel.allCases.first { $0.description == text("consistency") } ?? .eventual
        unreachableMajorityTimeout = .seconds(number("unreachable_majority_timeout"))
        autorejoinTries = Int(number("autorejoin_tries"))
        exitStateAction = ExitStateAction(rawValue: text("exit_state_action")) ?? .readOnly
        componentsStopTimeout = .seconds(number("components_stop_timeout"))
        recoveryRetryCount = Int(number("recovery_retry_count"))
        recoveryReconnectInterval = .seconds(number("recovery_reconnect_interval"))
        advertiseRecoveryEndpoints = text("advertise_recovery_endpoints")
        recoveryTLS = isOn("recovery_use_ssl") ? TLSConfiguration(recoveryChannel: variables) : nil
        recoveryGetPublicKey = isOn("recovery_get_public_key")
        recoveryPublicKeyPath = text("recovery_public_key_path")
        recoveryCompletesWhenApplied = text("recovery_complete_at") == "TRANSACTIONS_APPLIED"

        flowControl.isEnabled = text("flow_control_mode") == "QUOTA"
        flowControl.certifierThreshold = number("flow_control_certifier_threshold")
        flowControl.applierThreshold = number("flow_control_applier_threshold")
        flowControl.period = .seconds(number("flow_control_period"))
        flowControl.holdPercent = number("flow_control_hold_percent")
        flowControl.releasePercent = number("flow_control_release_percent")
        flowControl.minimumQuota = number("flow_control_min_quota")
        flowControl.minimumRecoveryQuota = number("flow_control_min_recovery_quota")
        flowControl.maximumQuota =
            [number("flow_control_max_quota"), number("flow_control_max_commit_quota")].filter { $0 > 0 }.min() ?? 0
        flowControl.memberQuotaPercent = number("flow_control_member_quota_percent")
    }

    /// The names of the variables that this configuration is made of: a change of one makes it anew.
    static let variableNames: [String] =
        SystemVariable.all.map(\.name).filter {
            $0.hasPrefix("group_replication_") && SystemVariable.place(of: $0) != nil
        } + ["server_id", "replica_preserve_commit_order", "replica_parallel_workers"]
}

extension TLSConfiguration {
    /// `group_replication_recovery_ssl_...`.
    init(recoveryChannel variables: GlobalVariables) {
        self.init()
        func text(_ name: String) -> String { variables.text("group_replication_recovery_" + name) }
        authorityFile = text("ssl_ca")
        authorityPath = text("ssl_capath")
        certificateFile = text("ssl_cert")
        keyFile = text("ssl_key")
        revocationFile = text("ssl_crl")
        revocationPath = text("ssl_crlpath")
        cipherList = text("ssl_cipher")
        cipherSuites = text("tls_ciphersuites")
        // The older ones of the manual's default are no longer spoken by anybody: what is left of the list counts.
        versions = text("tls_version").split(separator: ",")
            .filter { !["TLSV1", "TLSV1.1"].contains($0.filter { $0 != " " }.uppercased()) }.joined(separator: ",")
        // As MySQL's clients do: an authority that is named is asked for.
        if !authorityFile.isEmpty || !authorityPath.isEmpty { verification = .authority }
        if variables.isOn("group_replication_recovery_ssl_verify_server_cert") { verification = .identity }
    }

    /// `ssl_ca` and its like, for clients; paths are relative to the data directory.
    init(server variables: GlobalVariables, directory: DataDirectory) {
        self.init()
        func path(_ name: String) -> String {
            let text = variables.text(name)
            return text.isEmpty ? "" : directory.resolve(text)
        }
        authorityFile = path("ssl_ca")
        authorityPath = path("ssl_capath")
        certificateFile = path("ssl_cert")
        keyFile = path("ssl_key")
        revocationFile = path("ssl_crl")
        revocationPath = path("ssl_crlpath")
        cipherList = variables.text("ssl_cipher")
        cipherSuites = variables.text("tls_ciphersuites")
        versions = variables.text("tls_version")
        // Clients are asked for a certificate; one that no authority signed ends the handshake.
        if !authorityFile.isEmpty || !authorityPath.isEmpty { verification = .ifPresent }
    }
}
