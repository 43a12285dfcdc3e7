package dev.boardcast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate authority of one test. It issues certificates of 30 days as PEM and PKCS12 files in
 * its directory, by the JDK's keytool. Calls block.
 */
public final class TestCa {
  /** The password of all PKCS12 files. */
  public static final String PASSWORD = "changeit";

  private static final String AUTHORITY = "authority";

  private final Path directory;
  private final Path store;
  private int issued;

  /** The files of one certificate; that of the certificate has the authority's too. */
  public record Issued(Path cert, Path key, Path pkcs12) {}

  /** Makes an authority; several can share a directory if their names differ. */
  public TestCa(Path parent, String name) throws Exception {
    directory = Files.createDirectories(parent.resolve(name));
    store = directory.resolve("authority.p12");
    keytool(store, AUTHORITY, "-dname", "CN=" + name, "-ext", "bc:c=ca:true", "-validity", "30");
    Files.writeString(certificate(), pem(store, AUTHORITY));
  }

  /** Its own certificate, which clients trust. */
  public Path certificate() {
    return directory.resolve("authority.pem");
  }

  /** Issues a certificate for the name {@code localhost} and the address 127.0.0.1. */
  public Issued issue() throws Exception {
    return issue("dns:localhost,ip:127.0.0.1");
  }

  /**
   * Issues a certificate.
   *
   * @param names as keytool takes them, such as {@code dns:localhost}
   * @param more arguments of keytool, such as {@code -startdate -9d}
   */
  public Issued issue(String names, String... more) throws Exception {
    String alias = "leaf" + issued++;
    var arguments =
        new ArrayList<>(
            List.of(
                "-signer",
                AUTHORITY,
                "-dname",
                "CN=" + alias,
                "-ext",
                "san=" + names,
                "-ext",
                "eku=serverAuth,clientAuth"));
    arguments.addAll(more.length == 0 ? List.of("-validity", "30") : List.of(more));
    Path pkcs12 = directory.resolve(alias + ".p12");
    keytool(store, alias, arguments.toArray(String[]::new));
    return export(alias, pkcs12);
  }

  /** Issues a certificate that expired yesterday. */
  public Issued issueExpired() throws Exception {
    return issue("dns:localhost,ip:127.0.0.1", "-startdate", "-3d", "-validity", "2");
  }

  private Issued export(String alias, Path pkcs12) throws GeneralSecurityException, IOException {
    KeyStore all = load(store);
    var chain = all.getCertificateChain(alias);
    Key key = all.getKey(alias, PASSWORD.toCharArray());
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(alias, key, PASSWORD.toCharArray(), chain);
    try (var out = Files.newOutputStream(pkcs12)) {
      own.store(out, PASSWORD.toCharArray());
    }
    Path certFile = directory.resolve(alias + ".pem");
    Path keyFile = directory.resolve(alias + ".key");
    var certs = new StringBuilder();
    for (var each : chain) certs.append(text("CERTIFICATE", each.getEncoded()));
    Files.writeString(certFile, certs);
    Files.writeString(keyFile, text("PRIVATE KEY", key.getEncoded()));
    // PostgreSQL accepts no other.
    Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
    return new Issued(certFile, keyFile, pkcs12);
  }

  private static String pem(Path store, String alias) throws GeneralSecurityException, IOException {
    return text("CERTIFICATE", load(store).getCertificate(alias).getEncoded());
  }

  private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      loaded.load(in, PASSWORD.toCharArray());
    }
    return loaded;
  }

  private static String text(String type, byte[] bytes) {
    var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
        .formatted(type, lines.encodeToString(bytes));
  }

  private static void keytool(Path store, String alias, String... arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("keytool failed: " + output);
    }
  }
}
