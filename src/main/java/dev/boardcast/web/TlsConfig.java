package dev.boardcast.web;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** The certificate of a node's ports, and what is asked of clients. */
@SettingGroup("TLS")
public record TlsConfig(
    @Setting(
            key = "tls-cert",
            expected = "a PEM file, or nothing",
            description =
                "Certificate of all ports with its chain; they serve https and wss then. Read again"
                    + " when it changes.")
        Optional<Path> cert,
    @Setting(
            key = "tls-key",
            expected = "a PEM file, or nothing",
            description = "Private key of tls-cert, not encrypted.")
        Optional<Path> key,
    @Setting(
            key = "tls-keystore",
            expected = "a PKCS12 file, or nothing",
            description = "Certificate and key in one file, in place of tls-cert and tls-key.")
        Optional<Path> keystore,
    @Setting(
            key = "tls-keystore-password",
            secret = true,
            expected = "a text, or nothing",
            description = "Password of tls-keystore.")
        Optional<String> keystorePassword,
    @Setting(
            key = "tls-client-ca",
            expected = "a PEM file, or nothing",
            description =
                "Certificate authorities of clients; if empty, clients are asked for none.")
        Optional<Path> clientCa,
    @Setting(
            key = "tls-client-auth",
            defaultValue = "request",
            description =
                "Whether a client must have a certificate of tls-client-ca, or only one that it"
                    + " sends is checked.")
        ClientCertificate clientAuth,
    @Setting(
            key = "tls-hsts",
            expected = "a duration such as 365d, or nothing",
            description =
                "How long browsers use https only (Strict-Transport-Security); if empty, the header"
                    + " is not sent.")
        Optional<Duration> hsts,
    @Setting(
            key = "http-redirect-port",
            min = "0",
            max = "65535",
            expected = "a port, or nothing",
            description =
                "Port without TLS that redirects to https, and does nothing else; 0 for any free"
                    + " port.")
        Optional<Integer> redirectPort) {
  public static final TlsConfig NONE = Settings.defaults(TlsConfig.class);

  /** What a client must show. */
  enum ClientCertificate {
    REQUEST,
    REQUIRE
  }

  public TlsConfig {
    if (cert.isPresent() != key.isPresent()) {
      throw new InvalidSettingException(
          cert.isPresent() ? "tls-cert" : "tls-key", "tls-cert and tls-key, or neither");
    }
    if (cert.isPresent() && keystore.isPresent()) {
      throw new InvalidSettingException("tls-keystore", "nothing beside tls-cert and tls-key");
    }
    if (cert.isEmpty() && keystore.isEmpty()) {
      requireNone("tls-client-ca", clientCa);
      requireNone("tls-hsts", hsts);
      requireNone("http-redirect-port", redirectPort);
    }
  }

  /** Whether the ports use TLS. */
  public boolean isOn() {
    return cert.isPresent() || keystore.isPresent();
  }

  /** {@code https} or {@code http}. */
  public String scheme() {
    return isOn() ? "https" : "http";
  }

  Stream<Path> files() {
    return Stream.of(cert, key, keystore, clientCa).flatMap(Optional::stream);
  }

  private static void requireNone(String setting, Optional<?> value) {
    if (value.isPresent()) {
      throw new InvalidSettingException(
          setting, "nothing, unless tls-cert or tls-keystore is given");
    }
  }
}
