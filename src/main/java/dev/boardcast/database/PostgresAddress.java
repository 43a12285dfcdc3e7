package dev.boardcast.database;

import dev.boardcast.spi.InvalidSettingException;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PostgreSQL server of a node, with its encryption: the same for the pools of Vert.x and for
 * the JDBC connections of migrations. Parameters {@code sslmode} and {@code sslrootcert} of the
 * address come before the settings of the same meaning.
 *
 * @param uri without the parameters of TLS
 * @param rootCert empty for the certificate authorities that Java trusts
 */
record PostgresAddress(URI uri, PgSslMode mode, Optional<Path> rootCert) {
  static final String ROOT_CERT = "pg-root-cert";

  private static final String MODE_PARAMETER = "sslmode";
  private static final String ROOT_PARAMETER = "sslrootcert";
  private static final int DEFAULT_PORT = 5432;

  static PostgresAddress of(DatabaseConfig config) {
    return of(config.postgresUri(), config.tls());
  }

  /**
   * @throws InvalidSettingException when the address or its mode cannot be used
   */
  static PostgresAddress of(String address, ServerTlsConfig tls) {
    URI given = parse(address);
    var others = new ArrayList<String>();
    Optional<String> mode = tls.pgSslMode();
    Optional<Path> rootCert = tls.pgRootCert();
    for (String parameter : parameters(given)) {
      String[] pair = parameter.split("=", 2);
      String value = pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8);
      switch (pair[0]) {
        case MODE_PARAMETER -> mode = Optional.of(value);
        case ROOT_PARAMETER -> rootCert = Optional.of(Path.of(value));
        default -> others.add(parameter);
      }
    }
    String text = given.toString().split("\\?", 2)[0];
    URI uri =
        others.isEmpty() ? URI.create(text) : URI.create(text + "?" + String.join("&", others));
    return new PostgresAddress(uri, mode(mode, rootCert, given.getHost()), rootCert);
  }

  private static URI parse(String text) {
    try {
      var uri = new URI(text).parseServerAuthority();
      // What a connection is made of, without a connection.
      PgConnectOptions.fromUri(text.split("\\?", 2)[0]);
      boolean fits =
          uri.getHost() != null
              && DatabaseConfig.isFreeOfLogin(uri.getRawPath())
              && DatabaseConfig.isFreeOfLogin(uri.getRawQuery())
              && uri.getRawFragment() == null;
      if (fits) return uri;
    } catch (URISyntaxException | RuntimeException invalid) {
      // Reported below, without the text and causes, which quote it.
    }
    throw new InvalidSettingException("pg", DatabaseConfig.POSTGRES);
  }

  private static List<String> parameters(URI uri) {
    return uri.getRawQuery() == null
        ? List.of()
        : Stream.of(uri.getRawQuery().split("&")).filter(each -> !each.isEmpty()).toList();
  }

  private static PgSslMode mode(Optional<String> given, Optional<Path> rootCert, String host) {
    if (given.isEmpty()) return isLoopback(host) ? PgSslMode.DISABLE : PgSslMode.PREFER;
    PgSslMode mode;
    try {
      mode = PgSslMode.parse(given.get());
    } catch (IllegalArgumentException unknown) {
      throw new InvalidSettingException("pg", "an address whose sslmode is " + PgSslMode.EXPECTED);
    }
    // As libpq does.
    return mode == PgSslMode.REQUIRE && rootCert.isPresent() ? PgSslMode.VERIFY_CA : mode;
  }

  private static boolean isLoopback(String host) {
    return host != null
        && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
  }

  /** One line for the operator. */
  String message(TlsFailure tls, Throwable failure) {
    return tls.message("pg " + hostAndPort(), ROOT_CERT, failure);
  }

  /** {@code host:port}, for messages. */
  String hostAndPort() {
    return uri.getHost() + ":" + port();
  }

  /**
   * Options of a connection of Vert.x.
   *
   * @throws IllegalArgumentException when the root certificate cannot be read
   */
  PgConnectOptions connectOptions(CertificateCheck check) {
    var tls = new ClientSSLOptions().setHostnameVerificationAlgorithm("");
    if (mode.verifies()) {
      var trusted = TrustedCertificates.manager(ROOT_CERT, rootCert);
      tls.setTrustOptions(TrustOptions.wrap(check.watch(trusted, this)));
      if (mode == PgSslMode.VERIFY_FULL) tls.setHostnameVerificationAlgorithm("HTTPS");
    } else {
      tls.setTrustAll(true);
    }
    return PgConnectOptions.fromUri(uri.toString())
        .setReconnectAttempts(0)
        .setSslMode(mode.vertx())
        .setSslOptions(tls);
  }

  /** The same server and encryption for JDBC. */
  String jdbcUrl() {
    var parameters = new ArrayList<>(parameters(uri));
    parameters.add(MODE_PARAMETER + "=" + mode.text());
    if (mode.verifies() && rootCert.isPresent()) {
      parameters.add(ROOT_PARAMETER + "=" + encode(rootCert.get().toAbsolutePath().toString()));
    } else if (mode.verifies()) {
      parameters.add("sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory");
    }
    return "jdbc:postgresql://"
        + hostAndPort()
        + uri.getRawPath()
        + "?"
        + String.join("&", parameters);
  }

  /** User and password, as far as the address has them. */
  List<String> login() {
    String login = uri.getUserInfo();
    return login == null ? List.of() : List.of(login.split(":", 2));
  }

  private int port() {
    return uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
