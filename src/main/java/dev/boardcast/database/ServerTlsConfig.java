package dev.boardcast.database;

import dev.boardcast.spi.Setting;
import java.nio.file.Path;
import java.util.Optional;

/** How connections to PostgreSQL and Redis are encrypted, and which certificates are trusted. */
public record ServerTlsConfig(
    @Setting(
            key = "pg-sslmode",
            pattern = PgSslMode.PATTERN,
            expected = PgSslMode.EXPECTED + ", or nothing",
            description =
                "Encryption of connections to PostgreSQL, as libpq defines it, where pg has no"
                    + " sslmode; if empty, prefer, and disable for a loopback address.")
        Optional<String> pgSslMode,
    @Setting(
            key = "pg-root-cert",
            expected = "a PEM file, or nothing",
            description =
                "Certificate authorities of PostgreSQL, where pg has no sslrootcert; if empty, those"
                    + " that Java trusts.")
        Optional<Path> pgRootCert,
    @Setting(
            key = "redis-root-cert",
            expected = "a PEM file, or nothing",
            description =
                "Certificate authorities of Redis at a rediss address; if empty, those that Java"
                    + " trusts.")
        Optional<Path> redisRootCert) {}
