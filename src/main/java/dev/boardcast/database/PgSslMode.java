package dev.boardcast.database;

import io.vertx.pgclient.SslMode;
import java.util.Locale;

/** The modes of libpq that Boardcast supports; each names what a connection is worth. */
enum PgSslMode {
  /** Never encrypted. */
  DISABLE(SslMode.DISABLE),
  /** Encrypted where the server offers it. */
  PREFER(SslMode.PREFER),
  /** Encrypted; the certificate is not checked unless a root certificate is given. */
  REQUIRE(SslMode.REQUIRE),
  /** Encrypted, and the certificate is signed by a trusted authority. */
  VERIFY_CA(SslMode.VERIFY_CA),
  /** As {@link #VERIFY_CA}, and the certificate is for the host's name. */
  VERIFY_FULL(SslMode.VERIFY_FULL);

  static final String PATTERN = "disable|prefer|require|verify-ca|verify-full";
  static final String EXPECTED = "disable, prefer, require, verify-ca or verify-full";

  private final SslMode vertx;

  PgSslMode(SslMode vertx) {
    this.vertx = vertx;
  }

  /**
   * @throws IllegalArgumentException for a text that does not match {@link #PATTERN}
   */
  static PgSslMode parse(String text) {
    if (!text.matches(PATTERN)) throw new IllegalArgumentException(text);
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** The name in addresses of libpq and JDBC. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  SslMode vertx() {
    return vertx;
  }

  boolean verifies() {
    return this == VERIFY_CA || this == VERIFY_FULL;
  }
}
