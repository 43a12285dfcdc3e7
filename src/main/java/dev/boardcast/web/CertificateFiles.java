package dev.boardcast.web;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;

/**
 * One state of the files of a {@link TlsConfig}, checked: the key belongs to the certificate, which
 * is valid now.
 *
 * @param expires the end of the certificate's validity
 */
record CertificateFiles(Map<Path, Buffer> contents, ServerSSLOptions options, Instant expires) {
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");
  private static final byte[] SAMPLE = {1, 2, 3};

  /**
   * Reads the files. Blocks.
   *
   * @throws IllegalArgumentException when they cannot be used, naming settings and files
   */
  static CertificateFiles read(Vertx vertx, TlsConfig config) {
    var contents = new LinkedHashMap<Path, Buffer>();
    config.files().forEach(file -> contents.put(file, content(config, file)));
    KeyCertOptions key = key(config, contents);
    X509Certificate leaf = check(vertx, config, key);
    var options =
        new ServerSSLOptions()
            .setKeyCertOptions(key)
            .setUseAlpn(true)
            .setEnabledSecureTransportProtocols(PROTOCOLS);
    config
        .clientCa()
        .ifPresent(
            file ->
                options
                    .setTrustOptions(new PemTrustOptions().addCertValue(contents.get(file)))
                    .setClientAuth(
                        config.clientAuth() == TlsConfig.ClientCertificate.REQUIRE
                            ? ClientAuth.REQUIRED
                            : ClientAuth.REQUEST));
    checkTrust(vertx, config, options);
    return new CertificateFiles(Map.copyOf(contents), options, leaf.getNotAfter().toInstant());
  }

  /** Whether a file differs from this state, or can no longer be read. Blocks. */
  boolean haveChanged() {
    return contents.entrySet().stream()
        .anyMatch(
            entry -> {
              try {
                return !Buffer.buffer(Files.readAllBytes(entry.getKey())).equals(entry.getValue());
              } catch (IOException unreadable) {
                return true;
              }
            });
  }

  private static Buffer content(TlsConfig config, Path file) {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          setting(config, file) + " " + file + ": cannot be read", unreadable);
    }
  }

  private static String setting(TlsConfig config, Path file) {
    if (config.cert().filter(file::equals).isPresent()) return "tls-cert";
    if (config.key().filter(file::equals).isPresent()) return "tls-key";
    return config.keystore().filter(file::equals).isPresent() ? "tls-keystore" : "tls-client-ca";
  }

  private static KeyCertOptions key(TlsConfig config, Map<Path, Buffer> contents) {
    if (config.keystore().isPresent()) {
      return new PfxOptions()
          .setValue(contents.get(config.keystore().get()))
          .setPassword(config.keystorePassword().orElse(""));
    }
    return new PemKeyCertOptions()
        .addCertValue(contents.get(config.cert().orElseThrow()))
        .addKeyValue(contents.get(config.key().orElseThrow()));
  }

  private static X509Certificate check(Vertx vertx, TlsConfig config, KeyCertOptions options) {
    String files = config.keystore().isPresent() ? "tls-keystore" : "tls-cert and tls-key";
    X509KeyManager keys;
    try {
      keys = (X509KeyManager) options.getKeyManagerFactory(vertx).getKeyManagers()[0];
    } catch (Exception invalid) {
      throw new IllegalArgumentException(
          files + ": cannot be used (" + innermost(invalid) + ")", invalid);
    }
    String alias =
        Stream.of("RSA", "EC", "EdDSA", "Ed25519", "RSASSA-PSS")
            .flatMap(type -> Stream.ofNullable(keys.getServerAliases(type, null)))
            .flatMap(Stream::of)
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(files + ": hold no certificate"));
    X509Certificate leaf = keys.getCertificateChain(alias)[0];
    if (!isPair(keys.getPrivateKey(alias), leaf)) {
      throw new IllegalArgumentException(files + ": the key is not that of the certificate");
    }
    if (leaf.getNotAfter().toInstant().isBefore(Instant.now())) {
      throw new IllegalArgumentException(
          files + ": the certificate expired at " + leaf.getNotAfter().toInstant());
    }
    return leaf;
  }

  private static boolean isPair(PrivateKey key, X509Certificate certificate) {
    Optional<String> algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> Optional.of("SHA256withRSA");
          case "EC" -> Optional.of("SHA256withECDSA");
          case "EdDSA", "Ed25519" -> Optional.of("EdDSA");
          default -> Optional.empty();
        };
    if (algorithm.isEmpty()) return true;
    try {
      var signature = Signature.getInstance(algorithm.get());
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(SAMPLE);
      return signature.verify(signed);
    } catch (GeneralSecurityException differs) {
      return false;
    }
  }

  private static void checkTrust(Vertx vertx, TlsConfig config, ServerSSLOptions options) {
    if (options.getTrustOptions() == null) return;
    try {
      options.getTrustOptions().getTrustManagerFactory(vertx);
    } catch (Exception invalid) {
      throw new IllegalArgumentException(
          "tls-client-ca %s: has no certificate in PEM form"
              .formatted(config.clientCa().map(Path::toString).orElse("")),
          invalid);
    }
  }

  private static String innermost(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .map(Throwable::getMessage)
        .filter(message -> message != null)
        .collect(Collectors.toList())
        .stream()
        .reduce((outer, inner) -> inner)
        .orElse(failure.getClass().getSimpleName());
  }
}
