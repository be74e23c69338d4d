import MySQLProtocol
import MySQLTypes

extension FunctionCatalog {
    package mutating func addEncodingFunctions() {
        let text: @Sendable (ExpressionBuilder, Int) -> MySQLType = { builder, length in
            .string(length: length, collation: builder.context.connectionCollation)
        }
        custom("HEX", 1...1, code: ["m_hex", "m_hexnum"]) { builder, x throws(SQLError) in
            let isNumber =
                !x[0].type.isString && !x[0].type.isTemporal && !x[0].type.isNull && x[0].type.kind != .enumeration
                && x[0].type.kind != .set && x[0].type.kind != .json
            let length: Int
            if isNumber {
                length = 16
            } else {
                length =
                    x[0].type.displayLength * 2 * (x[0].type.isText ? x[0].type.collation.characterSet.maxLength : 1)
            }
            return TypedSQL(
                sql: isNumber
                    ? ExpressionBuilder.call("m_hexnum", builder.integerValue(x[0]))
                    : ExpressionBuilder.call("m_hex", builder.convert(x[0], to: .bytes)),
                type: text(builder, length), isNullable: true, coercibility: .coercible, isConstant: x[0].isConstant)
        }
        add("UNHEX", 1...1, [.string], nullable: .always) { _, x in
            .string(length: (x[0].type.displayLength + 1) / 2, collation: .binary)
        }
        for (name, base) in [("BIN", 2), ("OCT", 8)] {
            custom(name, 1...1, code: ["m_conv"]) { builder, x throws(SQLError) in
                TypedSQL(
                    sql: ExpressionBuilder.call(
                        "m_conv",
                        x[0].isHexadecimal ? builder.integerValue(x[0]) : builder.stringArgument(x[0]), "10", String(base)),
                    type: text(builder, 65),
                    isNullable: true, coercibility: .coercible, isConstant: x[0].isConstant)
            }
        }
        custom("CONV", 3...3) { builder, x throws(SQLError) in
            let value = x[0].type.isInteger ? x[0].sql : builder.stringArgument(x[0])
            return TypedSQL(
                sql: ExpressionBuilder.call("m_conv", value, builder.integerValue(x[1]), builder.integerValue(x[2])),
                type: text(builder, 65), isNullable: true, coercibility: .coercible,
                isConstant: x.allSatisfy(\.isConstant))
        }
        add("TO_BASE64", 1...1, [.bytes], nullable: .always) { builder, x in
            let bytes = x[0].type.displayLength * (x[0].type.isText ? x[0].type.collation.characterSet.maxLength : 1)
            return text(builder, (bytes + 2) / 3 * 4 + bytes / 57)
        }
        add("FROM_BASE64", 1...1, [.string], nullable: .always) { _, x in
            .string(length: x[0].type.displayLength * 3 / 4, collation: .binary)
        }
        add("SHA2", 2...2, [.bytes, .integer], nullable: .always) { builder, x in
            let bits = builder.consult(x[1]) ?? 512
            return text(builder, (bits == 0 ? 256 : max(bits, 0)) / 4)
        }
        add("CRC32", 1...1, [.bytes]) { _, _ in MySQLType(.bigInt, length: 10, isUnsigned: true) }
        for name in ["AES_ENCRYPT", "AES_DECRYPT"] {
            // Their result depends on block_encryption_mode.
            add(
                name, 2...6, [.bytes], nullable: .always, places: Determinism.constant.places.subtracting(.existingRows)
            ) { _, x in
                .string(length: x[0].type.displayLength * 4 / 16 * 16 + 16, collation: .binary)
            }
        }
        add("COMPRESS", 1...1, [.bytes], nullable: .always) { _, x in
            .string(length: x[0].type.displayLength * 4 + 120, collation: .binary)
        }
        add("UNCOMPRESS", 1...1, [.bytes], nullable: .always) { _, _ in MySQLType(.longBlob) }
        add("UNCOMPRESSED_LENGTH", 1...1, [.bytes], nullable: .always) { _, _ in .integer(width: 10) }
        add("RANDOM_BYTES", 1...1, [.integer], nullable: .always, determinism: .volatile, places: [.defaultValue, .check, .view]) { _, _ in
            .string(length: 1024, collation: .binary)
        }
        add("UUID", 0...0, [], nullable: .always, determinism: .volatile) { _, _ in
            .string(length: 36, collation: .utf8mb3_general_ci)
        }
        add("UUID_SHORT", 0...0, [], nullable: .never, determinism: .volatile) { _, _ in .unsignedBigInt }
        add("IS_UUID", 1...1, [.string], nullable: .always) { _, _ in .boolean }
        add("UUID_TO_BIN", 1...2, [.string, .integer], nullable: .always) { _, _ in
            .string(length: 16, collation: .binary)
        }
        add("BIN_TO_UUID", 1...2, [.string, .integer], nullable: .always) { builder, _ in text(builder, 36) }
        add("LOAD_FILE", 1...1, [.string], nullable: .always, determinism: .sideEffect) { _, _ in MySQLType(.longBlob) }
        for (name, value) in [("CHARSET", 0), ("COLLATION", 1)] {
            custom(name, 1...1, code: []) { builder, x throws(SQLError) in
                let id: CollationID =
                    x[0].type.isNonBinaryString
                    ? x[0].type.collation : (x[0].type.kind == .json ? .utf8mb4_bin : .binary)
                let found = id.name
                let result = value == 0 ? id.characterSet.name : found
                return TypedSQL(
                    sql: TextLiteral.sqlite(result), type: text(builder, 64), isNullable: true,
                    coercibility: .coercible, isConstant: true)
            }
        }
        custom("COERCIBILITY", 1...1, code: []) { _, x throws(SQLError) in
            TypedSQL(
                sql: String(x[0].coercibility.rawValue), type: .integer(width: 10), isNullable: false, isConstant: true)
        }
    }
}
