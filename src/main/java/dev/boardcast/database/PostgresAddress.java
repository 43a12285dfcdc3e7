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
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The PostgreSQL servers of a node, of which one takes writes, with their encryption: the same for
 * the pools of Vert.x and for the JDBC connections of migrations. Parameters {@code sslmode} and
 * {@code sslrootcert} of the address come before the settings of the same meaning.
 *
 * @param uris one for each server, without the parameters of TLS; they differ in host and port
 * @param rootCert empty for the certificate authorities that Java trusts
 */
record PostgresAddress(List<URI> uris, PgSslMode mode, Optional<Path> rootCert) {
  static final String ROOT_CERT = "pg-root-cert";

  private static final String MODE_PARAMETER = "sslmode";
  private static final String ROOT_PARAMETER = "sslrootcert";
  private static final String TARGET_PARAMETER = "target_session_attrs";
  // What a node needs, whether the address asks for it or not.
  private static final Set<String> TARGETS = Set.of("read-write", "primary");
  private static final int DEFAULT_PORT = 5432;
  private static final int MAX_SERVERS = 8;
  private static final Pattern SERVERS =
      Pattern.compile("(postgres(?:ql)?://(?:[^/?#@]*@)?)([^/?#@]*)(.*)", Pattern.DOTALL);

  static PostgresAddress of(DatabaseConfig config) {
    return of(config.postgresUri(), config.tls());
  }

  /**
   * @throws InvalidSettingException when the address or its mode cannot be used
   */
  static PostgresAddress of(String address, ServerTlsConfig tls) {
    List<URI> servers = servers(address);
    URI given = servers.get(0);
    var others = new ArrayList<String>();
    Optional<String> mode = tls.pgSslMode();
    Optional<Path> rootCert = tls.pgRootCert();
    for (String parameter : parameters(given)) {
      String[] pair = parameter.split("=", 2);
      String value = pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8);
      switch (pair[0]) {
        case MODE_PARAMETER -> mode = Optional.of(value);
        case ROOT_PARAMETER -> rootCert = Optional.of(Path.of(value));
        case TARGET_PARAMETER -> requireWriter(value);
        default -> others.add(parameter);
      }
    }
    String query = others.isEmpty() ? "" : "?" + String.join("&", others);
    List<URI> uris =
        servers.stream()
            .map(server -> URI.create(server.toString().split("\\?", 2)[0] + query))
            .toList();
    return new PostgresAddress(uris, mode(mode, rootCert, uris), rootCert);
  }

  /** The address once for each of its hosts, which are separated by commas. */
  private static List<URI> servers(String address) {
    var parts = SERVERS.matcher(address);
    if (!parts.matches()) return List.of(parse(address));
    String[] hosts = parts.group(2).split(",", -1);
    if (hosts.length > MAX_SERVERS) {
      throw new InvalidSettingException("pg", "an address with at most " + MAX_SERVERS + " hosts");
    }
    return Stream.of(hosts).map(host -> parse(parts.group(1) + host + parts.group(3))).toList();
  }

  private static void requireWriter(String target) {
    if (TARGETS.contains(target)) return;
    throw new InvalidSettingException(
        "pg", "an address whose target_session_attrs is read-write or primary");
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

  private static PgSslMode mode(
      Optional<String> given, Optional<Path> rootCert, List<URI> servers) {
    if (given.isEmpty()) {
      boolean isLocal = servers.stream().map(URI::getHost).allMatch(PostgresAddress::isLoopback);
      return isLocal ? PgSslMode.DISABLE : PgSslMode.PREFER;
    }
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

  /** {@code host:port} of each server, for messages. */
  String hostAndPort() {
    return uris.stream()
        .map(uri -> uri.getHost() + ":" + port(uri))
        .collect(Collectors.joining(","));
  }

  /** The name of the database. */
  String database() {
    String path = uris.get(0).getPath();
    if (path != null && path.length() > 1) return path.substring(1);
    return login().isEmpty() ? "" : login().get(0);
  }

  /** Each server alone. */
  List<PostgresAddress> servers() {
    return uris.stream().map(uri -> new PostgresAddress(List.of(uri), mode, rootCert)).toList();
  }

  /**
   * Options of a connection of Vert.x to the first server.
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
    return PgConnectOptions.fromUri(uris.get(0).toString())
        .setReconnectAttempts(0)
        .setSslMode(mode.vertx())
        .setSslOptions(tls);
  }

  /** The same servers and encryption for JDBC, which connects to the one that takes writes. */
  String jdbcUrl() {
    var parameters = new ArrayList<>(parameters(uris.get(0)));
    if (uris.size() > 1)
      parameters.addAll(List.of("targetServerType=primary", "hostRecheckSeconds=1"));
    parameters.add(MODE_PARAMETER + "=" + mode.text());
    if (mode.verifies() && rootCert.isPresent()) {
      parameters.add(ROOT_PARAMETER + "=" + encode(rootCert.get().toAbsolutePath().toString()));
    } else if (mode.verifies()) {
      parameters.add("sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory");
    }
    return "jdbc:postgresql://"
        + hostAndPort()
        + uris.get(0).getRawPath()
        + "?"
        + String.join("&", parameters);
  }

  /** User and password, as far as the address has them. */
  List<String> login() {
    String login = uris.get(0).getUserInfo();
    return login == null ? List.of() : List.of(login.split(":", 2));
  }

  private static int port(URI uri) {
    return uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
