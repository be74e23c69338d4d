/// Columns of the sys schema.
extension SystemTableText {
    // swift-format-ignore: one column, one line
    package static let sys: StaticString = #"""
        #sys_config|
        variable|varchar(128)|N|utf8mb4_0900_ai_ci|PRI|
        value|varchar(128)|Y|utf8mb4_0900_ai_ci||
        set_time|timestamp|Y|||=CURRENT_TIMESTAMP
        set_by|varchar(128)|Y|utf8mb4_0900_ai_ci||
        #version|
        sys_version|varchar(5)|N|utf8mb4_0900_ai_ci||=
        mysql_version|varchar(64)|N|utf8mb3_general_ci||=
        """#
}
